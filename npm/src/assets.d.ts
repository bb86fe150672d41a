/**
 * The files of `sayso/assets/*`, which are those of the collector of the same
 * version: for apps that bundle them, and for the pinned address.
 */

/** The folder below `sayso/assets/`, and of the pinned address: `/assets/<hash>/sayso.js`. */
export const hash: string;

/** Each file with its hash for Subresource Integrity, as `sha384-…`. */
export const integrity: Readonly<Record<string, string>>;
