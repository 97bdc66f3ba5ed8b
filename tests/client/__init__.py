"""The client's tests: TypeScript, run by Node; and what Python alone can tell of the client."""
