import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The built page is committed, so the same sources must give the same bytes; no inline scripts, for the CSP. */
export default defineConfig({
  plugins: [react()],
  build: {
    target: "baseline-widely-available",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/v1", "/images", "/products", "/documents", "/healthz"].map((path) => [path, "http://127.0.0.1:8000"]),
    ),
  },
});
