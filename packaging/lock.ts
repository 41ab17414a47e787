/** The lock file, read as npm reads it: what a package brings with it, in which versions. */
export type Entry = {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
export type Packages = Readonly<Record<string, Entry>>;

/** Where the package at `from` finds `name`: below it, or below a folder above. */
export function found(packages: Packages, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.replace(/(^|\/)[^/]+$/, '')) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    const entry = packages[path];
    if (entry) return entry.link ? entry.resolved : path;
    if (folder === '') return undefined;
  }
}

/** Paths of `names` and of everything that they bring, as the package at `from` finds them. */
export function closure(packages: Packages, from: string, names: readonly string[]): string[] {
  const paths = new Set<string>();
  const add = (at: string, name: string, optional: boolean): void => {
    const path = found(packages, at, name);
    if (path !== undefined) paths.add(path);
    else if (!optional) throw new Error(`${name} is not in the lock file`);
  };
  for (const name of names) add(from, name, false);
  // Those that are added meanwhile have their turn.
  for (const path of paths) {
    const { dependencies, optionalDependencies } = packages[path] as Entry;
    for (const name of Object.keys(dependencies ?? {})) add(path, name, false);
    for (const name of Object.keys(optionalDependencies ?? {})) add(path, name, true);
  }
  return [...paths].sort();
}
