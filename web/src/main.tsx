import { createRoot } from "react-dom/client";

import { App } from "./app";
import { Shopping } from "./hooks/use-shop";
import "./style/base.css";
import "./style/page.css";
import "./style/chat.css";
import "./style/welcome.css";
import "./style/cards.css";
import "./style/shop.css";
import "./style/people.css";
import { Toasting } from "./ui/toast";
import { Speaking } from "./words/words";

const page = document.getElementById("page");
if (page) {
  createRoot(page).render(
    <Speaking>
      <Toasting>
        <Shopping>
          <App />
        </Shopping>
      </Toasting>
    </Speaking>,
  );
}
