/**
 * The schemas of vectors/schemas/ over CT-KIP messages: the harness validates whatever servers and clients of ours send in tests.
 *
 * A strict message has to be valid under RFC 4758 Appendix A alone, unless it holds the extension that its client asked for.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SOWER } from '@sower/ctkip/algorithms';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';

xmlRegisterFsInputProviders();

export const SCHEMAS = fileURLToPath(new URL('../../../vectors/schemas', import.meta.url));

/** File names in vectors/schemas/, without the ending. */
export type SchemaName =
  | 'ct-kip-2005-12'
  | 'sower-ctkip'
  | 'deployed-2005-11'
  | 'deployed-2005-12'
  | 'deployed-soap'
  | 'deployed-provisioning-data';

const validators = new Map<SchemaName, XsdValidator>();

function validatorOf(name: SchemaName): XsdValidator {
  let validator = validators.get(name);
  if (!validator) {
    const path = `${SCHEMAS}/${name}.xsd`;
    const document = XmlDocument.fromBuffer(readFileSync(path), { url: path });
    validator = XsdValidator.fromDoc(document);
    document.dispose();
    validators.set(name, validator);
  }
  return validator;
}

/** What is wrong with the document under one schema; `undefined` when nothing is. */
export function schemaError(name: SchemaName, document: Uint8Array | string): string | undefined {
  const validator = validatorOf(name);
  let parsed: XmlDocument | undefined;
  try {
    parsed = XmlDocument.fromBuffer(Buffer.from(document));
    validator.validate(parsed);
    return undefined;
  } catch (error) {
    return (error as Error).message.trim();
  } finally {
    parsed?.dispose();
  }
}

/** How many documents were found valid in this process, by dialect and root element. */
export const validated = new Map<string, number>();

function check(name: SchemaName, dialect: 'strict' | 'deployed', document: Uint8Array | string): void {
  const text = Buffer.from(document).toString();
  const error = schemaError(name, document);
  if (error) throw new Error(`a message that is invalid under ${name}.xsd: ${error}\n${text}`);
  const root = /<(?:[\w.-]+:)?([A-Z][\w.-]*)/.exec(text)?.[1] ?? '';
  const key = `${dialect} ${root}`;
  validated.set(key, (validated.get(key) ?? 0) + 1);
}

/** Throws unless this is what Sower may send as the body of a request or an answer with status 200, in either dialect. */
export function assertValidMessage(body: Uint8Array | string): void {
  const text = Buffer.from(body).toString();
  if (!/<soapenv:Envelope/.test(text)) {
    check(text.includes(`"${SOWER}"`) ? 'sower-ctkip' : 'ct-kip-2005-12', 'strict', body);
    return;
  }
  check('deployed-soap', 'deployed', body);
  const inner = (name: string): string | undefined => {
    const content = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
    return content === undefined ? undefined : Buffer.from(content, 'base64').toString();
  };
  const [request, response] = [inner('Request'), inner('Response')];
  if (request !== undefined) check('deployed-2005-11', 'deployed', request);
  if (response !== undefined) check('deployed-2005-12', 'deployed', response);
  // A server returns the client's own octets, whatever they are, until it has something to say.
  const own = request !== undefined || / Status="Success"/.test(response ?? '');
  if (own) check('deployed-provisioning-data', 'deployed', inner('ProvisioningData') ?? '');
}
