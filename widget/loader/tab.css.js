/* The look of the tab: the colours and corners of the card, and nothing loud. */

/** The style sheet of a tab that stands `shift_px` below the middle. */
export const sheetOf = (shift_px, theme) => `
:host {
  all: initial !important;
  display: block !important;
  --accent: var(--sayso-accent, #3451c6) !important;
  --on-accent: var(--sayso-on-accent, #fff) !important;
  --radius: var(--sayso-radius, 14px) !important;
  --font: var(--sayso-font, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif) !important;
  --shadow: 0 1px 2px #10182814, 0 6px 20px #1018282e !important;
  color-scheme: light !important;
}
@media (prefers-color-scheme: dark) {
  :host(:not([data-theme="light"])) {
    --accent: var(--sayso-accent, #9db2ff) !important;
    --on-accent: var(--sayso-on-accent, #10152b) !important;
    --shadow: 0 0 0 1px #ffffff1f, 0 6px 20px #00000073 !important;
    color-scheme: dark !important;
  }
}
:host([data-theme="dark"]) {
  --accent: var(--sayso-accent, #9db2ff) !important;
  --on-accent: var(--sayso-on-accent, #10152b) !important;
  --shadow: 0 0 0 1px #ffffff1f, 0 6px 20px #00000073 !important;
  color-scheme: dark !important;
}
:host::backdrop {
  display: none !important;
}
${theme || ""}
.edge {
  --safe: env(safe-area-inset-right, 0px);
  position: fixed;
  z-index: 2147483646;
  top: calc(50% + ${shift_px}px);
  transform: translateY(-50%);
}
.end {
  inset-inline-end: 0;
}
.start {
  inset-inline-start: 0;
}
.start[dir="ltr"],
.end[dir="rtl"] {
  --safe: env(safe-area-inset-left, 0px);
}
button {
  position: relative;
  box-sizing: border-box;
  display: grid;
  place-items: center;
  min-width: calc(38px + var(--safe));
  min-height: 96px;
  padding: 18px 9px;
  border: 1px solid transparent;
  background: var(--accent);
  color: var(--on-accent);
  box-shadow: var(--shadow);
  font: 600 14px/20px var(--font);
  cursor: pointer;
  touch-action: manipulation;
  -webkit-tap-highlight-color: transparent;
}
.end button {
  border-inline-end: 0;
  border-start-start-radius: calc(var(--radius) * 0.75);
  border-end-start-radius: calc(var(--radius) * 0.75);
  padding-inline-end: calc(9px + var(--safe));
}
.start button {
  border-inline-start: 0;
  border-start-end-radius: calc(var(--radius) * 0.75);
  border-end-end-radius: calc(var(--radius) * 0.75);
  padding-inline-start: calc(9px + var(--safe));
}
/* Slim to look at, 44 px to hit. */
button::after {
  content: "";
  position: absolute;
  inset: 0 -7px;
}
/* Every script has a way to stand upright or to lie on this line. */
span {
  writing-mode: vertical-rl;
  max-height: calc(100vh - 160px);
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
button:hover {
  filter: brightness(1.08);
}
button[aria-expanded="true"] {
  filter: brightness(0.94);
}
button:focus-visible {
  outline: 3px solid var(--accent);
  outline-offset: 2px;
}
@media (prefers-reduced-motion: no-preference) {
  .edge {
    animation: appear 0.25s ease-out;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
}
@media (forced-colors: active) {
  button {
    border: 1px solid ButtonText;
  }
  button:focus-visible {
    outline-color: Highlight;
  }
}
@media print {
  .edge {
    display: none;
  }
}
`;
