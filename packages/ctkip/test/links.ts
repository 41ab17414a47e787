/** Cases: links against their vectors. */
import vectors from '../../../vectors/ctkip-links.json' with { type: 'json' };
import { normalizeActivationCode, parseLink, renderLink, templateDefect } from '../src/links.ts';
import { assert, type Cases, same } from './assert.ts';

export const cases: Cases = {
  'links from templates, and back'() {
    for (const { template, link, ...target } of vectors.templates) {
      same(renderLink(template, target), { ok: true, link }, template);
      same(parseLink(link), { ok: true, ...target, url: new URL(target.url).href }, `back: ${link}`);
    }
  },

  'templates that are none'() {
    for (const template of vectors.badTemplates) {
      assert(templateDefect(template), template);
      assert(!renderLink(template, { url: 'https://otp.example.com/' }).ok, template);
    }
    assert(!renderLink('{url}', { url: 'ftp://otp.example.com/' }).ok, 'another scheme');
  },

  'every form of link in use'() {
    for (const { link, url, activationCode, allowHttp } of vectors.accepted as Accepted[]) {
      const expected = activationCode === undefined ? { ok: true, url } : { ok: true, url, activationCode };
      same(parseLink(link, { allowHttp }), expected, link);
    }
  },

  'links that are refused'() {
    for (const { link, defect } of vectors.refused) same(parseLink(link), { ok: false, defect }, link);
    for (const { link, defect } of vectors.refusedEvenWithHttp)
      same(parseLink(link, { allowHttp: true }), { ok: false, defect }, link);
    const long = { ok: false, defect: 'too-long' };
    same(parseLink(`x://ctkip?url=h.example/${'a'.repeat(2048)}`), long, 'too long');
    const code = `x://ctkip?url=h.example/&activationCode=${'1'.repeat(129)}`;
    same(parseLink(code), { ok: false, defect: 'code-too-long' }, 'a code that is too long');
  },

  'activation codes as people type them'() {
    for (const [typed, code] of vectors.activationCodes) {
      same(normalizeActivationCode(typed as string), code, typed as string);
    }
  },
};

type Accepted = { link: string; url: string; activationCode?: string; allowHttp?: boolean };
