// Declarations for what the bundler understands and TypeScript does not.
declare module "*.css";
