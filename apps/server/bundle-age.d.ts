/** For the test; setup.js and the launcher need none. */
export function changed(...paths: readonly string[]): number;
export function bundleIsCurrent(): boolean;
