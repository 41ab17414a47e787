/** Codes in groups of four. */
import { expect, test } from 'vitest';
import { inGroupsOfFour } from '../src/groups.ts';

test('digits and letters come in groups of four; a code with groups of its own keeps them', () => {
  expect(inGroupsOfFour('123456789012')).toBe('1234 5678 9012');
  expect(inGroupsOfFour('0123456789ABCDEF01234567')).toBe('0123 4567 89AB CDEF 0123 4567');
  expect(inGroupsOfFour('12345')).toBe('1234 5');
  expect(inGroupsOfFour('1234')).toBe('1234');
  expect(inGroupsOfFour('blue.Hat_4')).toBe('blue.Hat_4');
  expect(inGroupsOfFour('')).toBe('');
});
