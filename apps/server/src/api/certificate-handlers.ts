/** Handlers of the certificate operations, those of ACME included. */

import type { ACME_OPERATIONS } from '@sower/api/acme';
import type { CERTIFICATE_OPERATIONS } from '@sower/api/certificates';
import { revokeCertificate } from '../certificates/acme/revoke.ts';
import { acmeProblem, editAcme, orderNow, showAcme } from '../certificates/acme/settings.ts';
import {
  addCertificate,
  checkCertificate,
  removeCertificate,
  requestCertificate,
  showCertificates,
  useCertificate,
} from '../certificates/certificates.ts';
import { done, viewing } from '../core/outcome.ts';
import { type CertificateFinding, findingText } from '../keys/x509/certificate-findings.ts';
import { certificateProblems, readChain, viewChain } from '../keys/x509/certificate-view.ts';
import { installationOf, probe } from '../keys/x509/reachability.ts';
import { calledHosts, linkBase } from '../provisioning/distribution/distribution-settings.ts';
import type { Handlers } from './call.ts';

const withText = (finding: CertificateFinding) => ({ ...finding, text: findingText(finding) });

export const CERTIFICATE_HANDLERS: Handlers<
  keyof typeof CERTIFICATE_OPERATIONS | keyof typeof ACME_OPERATIONS
> = {
  getCertificate: async (context) => {
    const facts = context.served.facts();
    // Where the links lead: phones connect there.
    const url = await linkBase(context);
    const hosts = await calledHosts(context);
    const reachability = await probe(url, installationOf(context));
    const { reachable, thisServer } = reachability;
    const chain = facts.source === 'none' ? reachability.chain : readChain(facts.pem);
    return done({
      source: facts.source,
      publicUrl: url,
      chain: viewChain(chain, context.now()),
      reachable,
      ...(thisServer === undefined ? {} : { thisServer }),
      problems: [
        ...(await acmeProblem(context)),
        ...certificateProblems(facts, { url, reachability, hosts }, context.now()),
      ].map(withText),
    });
  },
  listCertificates: (context, { actor }) => showCertificates(context, actor),
  checkCertificate: (context, { actor, body }) =>
    viewing(checkCertificate(context, actor, body), ({ findings, ...checked }) => ({
      ...checked,
      findings: findings.map(withText),
    })),
  addCertificate: (context, { actor, body }) => addCertificate(context, actor, body),
  requestCertificate: (context, { actor, body }) => requestCertificate(context, actor, body),
  useCertificate: (context, { actor, params }) => useCertificate(context, actor, params.id),
  getAcme: (context, { actor }) => showAcme(context, actor),
  editAcme: (context, { actor, body, version }) => editAcme(context, actor, { version, input: body }),
  orderCertificate: (context, { actor }) => orderNow(context, actor),
  revokeCertificate: (context, { actor, params, body }) =>
    revokeCertificate(context, actor, { id: params.id, reason: body.reason }),
  deleteCertificate: (context, { actor, params }) => removeCertificate(context, actor, params.id),
};
