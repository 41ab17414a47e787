/**
 * Files that take long begin first, so that no worker is left with one of them at the end. What mostly waits stands between what mostly
 * works: at any time one of the workers leaves the processors to the others. What shares processes comes last: a process goes on only with
 * the very next file.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const FIRST = [
  'test/hostile/readiness',
  'test/browser/self-service',
  'test/browser/console',
  'test/operations/audit-forwarding',
  'test/hostile/database/faults',
  'test/browser/console-administration',
  'test/authority/authorization-matrix',
  'test/hostile/radius-races',
  'test/browser/console-identity-sources',
  'test/operations/acme',
  'test/directory/server',
  'test/jobs/master-key',
  'test/jobs/hsm',
  'test/jobs/backup',
  'apps/server/test/authentication',
  'test/browser/console-tokens',
  'test/browser/firefox',
  'test/browser/authenticator-installed',
  'test/hostile/failures',
  'test/browser/console-jobs',
  'test/server/token-modes',
  'test/jobs/user-import',
  'test/hostile/kill',
  'test/cluster/rolling',
  'test/operations/installed',
  'test/operations/processes',
  'test/browser/authenticator-app',
  'apps/server/test/ctkip-work',
  'test/browser/authenticator-vault',
  'test/structure',
  'test/hostile/wrong-codes',
  'test/hostile/fuzz',
  'test/jobs/kill',
  'test/browser/console-users',
  'test/browser/authenticator-faults',
  'test/hostile/races',
  'test/hostile/database/lost',
].map((name) => `${name}.test.ts`);

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification): number => {
      if (!project.config.isolate) return FIRST.length + 1;
      const found = FIRST.findIndex((name) => moduleId.endsWith(`/${name}`));
      return found === -1 ? FIRST.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
