"""What a model does that obeys whoever speaks: nothing to anybody but the shopper who asks, and no money."""
