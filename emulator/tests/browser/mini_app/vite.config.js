import { defineConfig } from "vite";

// As `npm create vite` makes it, with a page for each SDK; hot reload by polling works everywhere.
export default defineConfig({ server: { host: "127.0.0.1", watch: { usePolling: true, interval: 100 } } });
