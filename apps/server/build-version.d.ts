/** @param root file URL of the tree or of the installed package, with `/` at its end */
export function buildVersion(root: URL): string;
/** @param now milliseconds since 1970 */
export function versionOfChanged(version: string, now: number): string;
