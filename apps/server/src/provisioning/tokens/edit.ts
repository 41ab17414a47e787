/**
 * Editing a token: what the form of the Security Console saves, all or nothing, against the version that the editor saw. The quick actions
 * (enable.ts) need no version: what they change is all they say.
 */

import type { TokenPatch } from '@sower/api/tokens';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { editedMeanwhile, type Outcome } from '../../core/outcome.ts';
import { undo, undoWith } from '../../core/transaction.ts';
import { domainFor, holdDomain } from '../../directory/domains.ts';
import { findLatestDistribution, renameDistribution } from '../../store/distribution/distributions.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { changeToken, isExpired, type TokenRow } from '../../store/tokens/tokens.ts';
import { endItsSessions, movable, turned, withdrawOfLost } from './enable.ts';
import { type AuditLine, changing } from './token-for.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>;

export async function editToken(
  context: Context,
  actor: Actor,
  input: { readonly serial: string; readonly version: number; readonly change: TokenPatch },
): Promise<Outcome<undefined>> {
  const { expiresOn, securityDomain, enabled, lost, nickname, label, maker, formFactor } = input.change;
  const domain =
    securityDomain === undefined ? undefined : await domainFor(context, actor, 'tokens:edit', securityDomain);
  if (domain && !domain.ok) return domain;
  const now = context.now();
  return changing(context, actor, 'tokens:edit', input.serial, async (trx, token) => {
    if (token.version !== input.version) undoWith(editedMeanwhile());
    const assigned = token.user_id !== null;
    const lines: AuditLine[] = [];
    const edits: Text[] = [];
    if (expiresOn !== undefined && expiresOn !== token.expires_on) {
      if (isExpired(expiresOn, now)) {
        undo('invalid-request', text('token.expiry-passed-disable'));
      }
      edits.push(text('event.expires-on', { date: expiresOn, before: token.expires_on }));
    }
    if (nickname !== undefined) edits.push(...(await rename(trx, token, nickname)));
    for (const [field, fact, before] of [
      ['label', label, token.label],
      ['maker', maker, token.maker],
      ['form-factor', formFactor, token.form_factor],
    ] as const)
      if (fact !== undefined && fact !== before) edits.push(text(`event.${field}`, { fact, before }));
    if (edits.length > 0) lines.push({ action: 'token.edit', reason: text('event.parts', { parts: edits }) });
    if (domain && domain.value.path !== token.domain) {
      movable(token);
      await holdDomain(trx, domain.value);
      lines.push({ action: 'token.move', reason: text('event.to', { name: domain.value.name }) });
    }
    const turns = enabled !== undefined && enabled !== (token.enabled === 1);
    if (turns) {
      if (enabled && !assigned) {
        undo('wrong-state', text('token.not-assigned-enable'));
      }
      lines.push({ action: enabled ? 'token.enable' : 'token.disable' });
    }
    const reported = lost !== undefined && lost !== (token.lost === 1);
    if (reported) {
      if (!assigned) undo('wrong-state', text('token.not-assigned-lost'));
      if (lost) await withdrawOfLost(trx, context, actor, token.id);
      lines.push({ action: lost ? 'token.lost' : 'token.found' });
    }
    await changeToken(trx, token.id, {
      expires_on: expiresOn ?? token.expires_on,
      label: label ?? token.label,
      maker: maker ?? token.maker,
      form_factor: formFactor ?? token.form_factor,
      domain: domain?.value.path ?? token.domain,
      ...(turns ? turned(enabled) : {}),
      ...(reported ? { lost: lost ? 1 : 0 } : {}),
    });
    if ((turns && !enabled) || (reported && lost)) await endItsSessions(trx, actor, token);
    return lines;
  });
}

/** The nickname of the latest distribution. An authenticator that already has the token keeps the name it was given. */
async function rename(trx: Connection, token: TokenRow, nickname: string): Promise<Text[]> {
  const latest = await findLatestDistribution(trx, token.id);
  if (!latest) {
    return nickname === '' ? [] : undo('wrong-state', text('token.no-nickname'));
  }
  if (latest.nickname === nickname) return [];
  await renameDistribution(trx, latest.id, nickname);
  return [text('event.nickname', { nickname, before: latest.nickname })];
}
