/** What help-pages.ts makes when the console is built. */
declare module 'virtual:help' {
  export const PAGES: readonly (import('./blocks.ts').HelpPage & {
    load(): Promise<{ default: readonly import('./blocks.ts').Block[] }>;
  })[];
}
declare module 'virtual:licenses' {
  export const PACKAGES: readonly { name: string; version: string; license: string }[];
}
