/**
 * LDAP filters (RFC 4515): those of administrators, parsed, and those for one person, built from parts so that input never becomes syntax.
 */
import {
  AndFilter,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  FilterParser,
  GreaterThanEqualsFilter,
  OrFilter,
  PresenceFilter,
} from 'ldapts';

/** Whether a filter can be parsed. */
export function isFilter(text: string): boolean {
  try {
    // Without parentheses the parser takes more for a filter than servers do.
    return text.startsWith('(') && FilterParser.parseString(text) !== undefined;
  } catch {
    return false;
  }
}

/** Those of a filter in which an attribute has exactly this value. */
export const withValue = (filter: string, attribute: string, value: string | Buffer): Filter =>
  new AndFilter({ filters: [FilterParser.parseString(filter), new EqualityFilter({ attribute, value })] });

/** Those of a filter in which one of the attributes has exactly this value. */
export const withAnyValue = (filter: string, attributes: readonly string[], value: string): Filter =>
  new AndFilter({
    filters: [
      FilterParser.parseString(filter),
      new OrFilter({ filters: attributes.map((attribute) => new EqualityFilter({ attribute, value })) }),
    ],
  });

/** Those of a filter, if any is given, that have an attribute at all. */
export function withPresent(filter: string, attribute: string): Filter {
  const present = new PresenceFilter({ attribute });
  return filter === '' ? present : new AndFilter({ filters: [FilterParser.parseString(filter), present] });
}

/** Those of a filter in which an attribute has one of these values. */
export const withOneOf = (filter: string, attribute: string, values: readonly (string | Buffer)[]): Filter =>
  new AndFilter({
    filters: [
      FilterParser.parseString(filter),
      new OrFilter({ filters: values.map((value) => new EqualityFilter({ attribute, value })) }),
    ],
  });

/** Those of a filter in which an attribute is not less. */
export const notLess = (filter: string, attribute: string, value: string): Filter =>
  new AndFilter({
    filters: [FilterParser.parseString(filter), new GreaterThanEqualsFilter({ attribute, value })],
  });

/** LDAP_MATCHING_RULE_IN_CHAIN of Active Directory: members of groups in groups, without end even if a group contains itself. */
const IN_CHAIN = '1.2.840.113556.1.4.1941';

/** Those of a filter who are in a group of Active Directory, also through other groups. */
export const memberOf = (filter: string, group: string): Filter =>
  new AndFilter({
    filters: [
      FilterParser.parseString(filter),
      new ExtensibleFilter({ rule: IN_CHAIN, matchType: 'memberOf', value: group }),
    ],
  });

/** Groups with this member. @param nested also through other groups */
export function groupsOf(filter: string, attribute: string, name: string, nested: boolean): Filter {
  const member = nested
    ? new ExtensibleFilter({ rule: IN_CHAIN, matchType: attribute, value: name })
    : new EqualityFilter({ attribute, value: name });
  return filter === '' ? member : new AndFilter({ filters: [FilterParser.parseString(filter), member] });
}
