// Tanya's logo: a question mark in a speech bubble, with a spark as its dot, in the theme's
// colours. The server's page and docs/pictures/mark.svg contain the same drawing.

export function Mark() {
  return (
    <svg class="logo" viewBox="0 0 64 64" aria-hidden="true">
      <path d="M32 5C16.5 5 4 15.7 4 29c0 6.5 3 12.4 7.8 16.7-.4 4.2-1.9 8-4.3 10.8-.8 1 0 2.4 1.2 2.2 6-1 11-3.2 14.7-6 2.7.6 5.6 1 8.6 1 15.5 0 28-11 28-24.7S47.5 5 32 5z" />
      <path
        class="logo-line"
        d="M23.5 23.5a8.5 8.5 0 1 1 12.6 7.4c-2.6 1.5-4.1 2.9-4.1 5.600M32 41.5c.5 2.3 1.2 3 3.5 3.5-2.3.5-3 1.2-3.5 3.5-.5-2.3-1.2-3-3.5-3.5 2.3-.5 3-1.2 3.5-3.5z"
      />
    </svg>
  );
}
