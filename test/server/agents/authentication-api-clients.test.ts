/**
 * What deployed clients of the authentication API send, byte for byte but for names, IDs and passcodes, and what each reads of the answers: how
 * far New PIN and Next Tokencode get with each. The fields, their order and spacing are those of the clients' sources; none of their code is
 * here. On both databases.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sealing } from '@sower/server/keys/seal/sealing';
import { beforeAll, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import {
  type Person,
  person,
  prepareModes,
  random,
  roomInTheMinute,
  type Stage,
} from '../../harness/token-modes.ts';

const AGENT = 'sso.example.com';
const PIN = '73914';

type Answer = {
  readonly attemptResponseCode: string;
  readonly attemptReasonCode: string;
  readonly context: { readonly authnAttemptId: string; readonly messageId: string };
  readonly credentialValidationResults: { readonly methodResponseCode: string }[];
  readonly challengeMethods: {
    readonly challenges: {
      readonly requiredMethods: {
        readonly methodId: string;
        readonly displayName: string | null;
        readonly versions: { readonly methodAttributes: { readonly name: string }[] }[];
      }[];
    }[];
  };
};
type Call = (path: 'initialize' | 'verify' | 'cancel', body: string, type: string) => Promise<Answer>;
/** Enters these one after the other, as it asks. @returns what it asked for, and how it ended */
type Client = (call: Call, userId: string, entries: readonly string[]) => Promise<readonly string[]>;

/** ForgeRock's and Ping's node "SecurID" of the marketplace: a choice of methods, each answered by what its name says. */
const marketplaceNode: Client = async (call, userId, entries) => {
  const choiceOf = ({ challengeMethods }: Answer): string => {
    const choices = challengeMethods.challenges.flatMap(({ requiredMethods: [method] }) => {
      const [attribute] = method?.versions[0]?.methodAttributes ?? [];
      return method && attribute?.name !== 'METHOD_NOT_APPLICABLE'
        ? [method.displayName ?? method.methodId]
        : [];
    });
    const known = choices.filter((each) =>
      ['RSA SecurID', 'SECURID', 'SECURID_NEWPIN', 'SECURID_NEXT_TOKENCODE'].includes(each),
    );
    // With none of them it says that the user is not enrolled.
    return known.length === 1 ? (known[0] as string) : 'NOTENROLLED';
  };
  const first = `{ "authnAttemptTimeout": 180, "clientId": "${AGENT}", "subjectName": "${userId}", "lang": "us_EN", "assurancePolicyId": null, "context": { "messageId": "${randomUUID()}" } }`;
  let answer = await call('initialize', first, 'application/json');
  const seen: string[] = [];
  for (const entry of entries) {
    const choice = choiceOf(answer);
    seen.push(choice);
    const { authnAttemptId, messageId } = answer.context;
    const body = `{ "context": { "authnAttemptId": "${authnAttemptId}", "messageId": "${randomUUID()}", "inResponseTo": "${messageId}" }, "subjectCredentials": [{"collectedInputs":[{"dataType":"STRING","name":"${choice}","value":"${entry}"}],"methodId":"${choice}"}] }`;
    answer = await call('verify', body, 'application/json');
    const method = answer.credentialValidationResults[0]?.methodResponseCode;
    // Without the result of the method, it asks for the same code again.
    if (answer.attemptResponseCode !== 'CHALLENGE' || method !== 'SUCCESS') break;
  }
  return [...seen, answer.attemptResponseCode];
};

/** ForgeRock's nodes "Initialize" and "Verify", and the script for its cloud with the same fields, which knows New PIN too. */
const twoNodes: Client = async (call, userId, entries) => {
  const type = 'application/json; charset=UTF-8';
  const first = `{"clientId":"${AGENT}","subjectName":"${userId}","context":{"messageId":"${randomUUID()}"}}`;
  let answer = await call('initialize', first, type);
  const seen: string[] = [];
  for (const entry of entries) {
    const method = answer.challengeMethods.challenges[0]?.requiredMethods[0]?.methodId as string;
    seen.push(method);
    const { authnAttemptId, messageId } = answer.context;
    const body = `{"subjectCredentials":[{"methodId":"${method}","collectedInputs":[{"name":"${method}","value":"${entry}"}]}],"context":{"messageId":"${randomUUID()}","inResponseTo":"${messageId}","authnAttemptId":"${authnAttemptId}"}}`;
    answer = await call('verify', body, type);
    if (answer.attemptReasonCode !== 'AUTHENTICATION_REQUIRED') break;
  }
  return [...seen, answer.attemptResponseCode];
};

/** HPE's plug-in for Keycloak: one request with the passcode in it, of whose answer it reads `attemptResponseCode`. It cannot ask for more. */
const onePlugin: Client = async (call, userId, [passcode = '']) => {
  const body = `{
    "clientId": "${AGENT}",
    "subjectName": "${userId}",
    "subjectCredentials": [
        {
            "methodId": "SECURID",
            "collectedInputs": [
                {
                    "name": "SECURID",
                    "value": "${passcode}"
                }
            ]
        }
    ],
    "context": {
        "authnAttemptId": "",
        "messageId": "test5213021196242",
        "inResponseTo": ""
    }
}
`;
  return [(await call('initialize', body, 'application/json')).attemptResponseCode];
};

/** An administrator's script: the same, with what else the interface knows. */
const script: Client = async (call, userId, [passcode = '']) => {
  const body = `
{
  "authnAttemptTimeout": 10,
  "clientId": "${AGENT}",
  "subjectName": "${userId}",
  "lang": "en_US",
  "assurancePolicyId": "${randomUUID()}",
  "sessionAttributes": [],
  "subjectCredentials": [
    {
      "methodId": "SECURID",
      "collectedInputs": [
        {
          "name": "SECURID",
          "value": "${passcode}",
          "dataType": "STRING"
        }
      ]
    }
  ],
  "context": {
    "messageId": "${randomUUID()}"
  },
  "keepAttempt": false
}`;
  return [(await call('initialize', body, 'application/json')).attemptResponseCode];
};

onBothDatabases('clients of the authentication API', (kind) => {
  const { database, deployment } = deployed(kind, { arguments: ['--wrong-codes', '1000000'] });
  const stored = openedFor(database);
  let stage: Stage;
  let key: string;

  beforeAll(async () => {
    const masterKey = Buffer.from(readFileSync(join(deployment.dataFolder, 'master.key'), 'utf8'), 'base64');
    stage = { db: stored.db, sealing: sealing(masterKey, random), now: () => Date.now() };
    await prepareModes(stage);
    await deployment.api('addAgent', { body: { name: AGENT } });
    // As their field "client key" is meant: one for the deployment.
    key = (await deployment.api('addAgentCredential', { body: {} })).accessKey;
  });

  const call: Call = async (path, body, type) => {
    const headers = { 'client-key': key, 'content-type': type };
    const answer = await deployment.send(0, {
      method: 'POST',
      path: `/mfa/v1_1/authn/${path}`,
      headers,
      body,
    });
    expect(answer.status).toBe(200);
    return JSON.parse(answer.body.toString()) as Answer;
  };
  const nextTokencode = (): Promise<Person> =>
    person(stage, { token: { failures: 10, last_failure_at: Date.now() - 600_000 } });
  const newPin = (): Promise<Person> =>
    person(stage, {
      seed: { authentication_type: 'fob' },
      policy: ['PIN required', { pinRequired: true }],
    });

  test('a body that is too large is refused as such', async () => {
    const answer = await deployment.send(0, {
      method: 'POST',
      path: '/mfa/v1_1/authn/initialize',
      headers: { 'client-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ clientId: AGENT, subjectName: 'x'.repeat(20_000) }),
    });
    expect([answer.status, answer.body.toString()]).toEqual([413, expect.stringContaining('too large')]);
  });

  test('null is none, and the context of an answer comes back as it was sent', async () => {
    const who = await person(stage);
    const send = (path: Parameters<Call>[0], body: object) =>
      call(path, JSON.stringify(body), 'application/json');
    const begin = { clientId: AGENT, subjectName: who.userId };
    const none = { authnAttemptId: null, messageId: null, inResponseTo: null };
    const subjectCredentials = [{ methodId: null, collectedInputs: [{ name: null, value: who.code(0) }] }];
    expect(await send('initialize', { ...begin, context: none, subjectCredentials })).toMatchObject({
      attemptResponseCode: 'SUCCESS',
    });
    const { context } = await send('initialize', begin);
    expect(context).toMatchObject({ inResponseTo: null });
    expect(await send('cancel', { authnAttemptId: null, context })).toMatchObject({
      attemptReasonCode: 'CANCELLED',
    });
  });

  describe.each<[string, Client, Readonly<Record<'nextTokencode' | 'newPin', readonly string[]>>, string[]]>([
    [
      "ForgeRock's node of the marketplace",
      marketplaceNode,
      {
        nextTokencode: ['SECURID', 'SECURID_NEXT_TOKENCODE', 'SUCCESS'],
        newPin: ['SECURID', 'SECURID_NEWPIN', 'SECURID', 'SUCCESS'],
      },
      ['SECURID'],
    ],
    [
      "ForgeRock's two nodes",
      twoNodes,
      {
        nextTokencode: ['SECURID', 'SECURID_NEXT_TOKENCODE', 'SUCCESS'],
        newPin: ['SECURID', 'SECURID_NEWPIN', 'SECURID', 'SUCCESS'],
      },
      ['SECURID'],
    ],
    ["HPE's plug-in for Keycloak", onePlugin, { nextTokencode: ['CHALLENGE'], newPin: ['CHALLENGE'] }, []],
    ["an administrator's script", script, { nextTokencode: ['CHALLENGE'], newPin: ['CHALLENGE'] }, []],
  ])('%s', (_, client, ends, first) => {
    test('lets in with a passcode, once, and not with a wrong one', async () => {
      const who = await person(stage);
      expect(await client(call, who.userId, ['00000000'])).toEqual([...first, 'FAIL']);
      const code = who.code(0);
      expect(await client(call, who.userId, [code])).toEqual([...first, 'SUCCESS']);
      expect(await client(call, who.userId, [code])).toEqual([...first, 'FAIL']);
      expect(await client(call, 'nobody-of-that-name', [code])).toEqual([...first, 'FAIL']);
    });

    test('Next Tokencode', async () => {
      await roomInTheMinute(stage, 15_000);
      const who = await nextTokencode();
      expect(await client(call, who.userId, [who.code(-1), who.code(0)])).toEqual(ends.nextTokencode);
    });

    test('New PIN', async () => {
      await roomInTheMinute(stage, 15_000);
      const who = await newPin();
      expect(await client(call, who.userId, [who.code(-1), PIN, PIN + who.code(0)])).toEqual(ends.newPin);
    });
  });
});
