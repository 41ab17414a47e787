/** Where an operation's answer says that something was made (Location, RFC 9110 §15.3.2). */
import { OPERATIONS, type Operation } from '@sower/api/operations';

const PATHS = Object.values(OPERATIONS).map(({ path }) => path as string);

/** Its path with parameters. Absent: the address of the request is where it is, or it has none. */
export function locationOf({ created, path }: Operation): string | undefined {
  if (created === undefined) return undefined;
  if (created !== true) return created;
  return PATHS.find((each) => each.startsWith(`${path}/:`) && !each.slice(path.length + 1).includes('/'));
}

export function filledIn(location: string, answer: unknown, params: unknown): string {
  const path = location.replace(/:(request\.)?(\w+)/g, (_, ofRequest: string | undefined, name: string) =>
    encodeURIComponent(
      String(((ofRequest === undefined ? answer : params) as Record<string, unknown>)[name]),
    ),
  );
  return `/api/v1${path}`;
}
