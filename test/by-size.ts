/**
 * What has a process of its own begins first. Then come those that share processes, by project: a process goes on only with the very next
 * file. In each project large files begin first, or those that took long if that is known, so that no worker is left with one of them.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const ORDER = ['alone', 'server', 'unit'];

export class BySize extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = ({ project }: TestSpecification): number => ORDER.indexOf(project.name);
    return (await super.sort(files)).toSorted((a, b) => order(a) - order(b));
  }
}
