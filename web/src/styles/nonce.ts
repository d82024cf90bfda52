/** What the server lets style elements of this page run by; no style without it counts. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

// The name under which react-remove-scroll, which dialogs use, looks for it (get-nonce).
Object.assign(globalThis, { __webpack_nonce__: nonce });
