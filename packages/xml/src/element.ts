/** The result of parsing a document, and the limits on its size. */

/** One element. `name` is the local name, `text` the concatenated character data directly inside it, untrimmed. */
export type XmlElement = {
  readonly name: string;
  /** Namespace URI, `''` if the element is in none. */
  readonly namespace: string;
  /** The attributes in no namespace, by name; {@link attribute} finds the others. Without namespace declarations. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly qualifiedAttributes: readonly QualifiedAttribute[];
  readonly scope: Scope;
  readonly children: readonly XmlElement[];
  readonly text: string;
};

export type QualifiedAttribute = {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
};

/** The namespaces that an element declares, by prefix, and those in scope around it. */
export type Scope = {
  readonly declared: Readonly<Record<string, string>>;
  readonly outer: Scope | undefined;
};

/** Bounds of a whole document. */
export type XmlLimits = {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxElements: number;
  /** Namespace declarations count as attributes too. */
  readonly maxAttributes: number;
  readonly maxDeclarations: number;
  /** Characters of a name with its prefix. */
  readonly maxName: number;
  /** Characters of a namespace. */
  readonly maxNamespace: number;
  readonly maxInstructions: number;
};

/** Shared by all elements that have none. */
export const NO_ATTRIBUTES: Record<string, string> = Object.freeze(Object.create(null));
export const NO_QUALIFIED: QualifiedAttribute[] = [];
Object.freeze(NO_QUALIFIED);
const NO_SCOPE: Scope = { declared: NO_ATTRIBUTES, outer: undefined };

export type Building = {
  name: string;
  namespace: string;
  attributes: Record<string, string>;
  qualifiedAttributes: QualifiedAttribute[];
  scope: Scope;
  children: Building[];
  text: string;
};

/** An element before anything about it is known except what is in scope around it. */
export const unnamed = (outer: Scope | undefined): Building => ({
  name: '',
  namespace: '',
  attributes: NO_ATTRIBUTES,
  qualifiedAttributes: NO_QUALIFIED,
  scope: outer ?? NO_SCOPE,
  children: [],
  text: '',
});
