// The version of what runs, from the commit that it was built from: no two builds have the same one, and a later one is greater for npm, apt
// and people. Plain JavaScript that Node 20 can read: the launcher, the server and what packages it all ask here.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @param root file URL of the tree or of the installed package, with `/` at its end */
export function buildVersion(root) {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  // What is packaged has its version in its manifest.
  return existsSync(new URL('.git', root)) ? versionOfTree(root, version) : version;
}

/**
 * `0.1.840+g5a92ed19c0de`: the major and minor version of the manifest, how many commits led here, and the last of them. The third number puts
 * builds in order, since neither npm nor Semantic Versioning orders by what follows the plus sign.
 */
function versionOfTree(root, base) {
  const folder = fileURLToPath(root);
  const git = (...args) =>
    execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const [shallow, commit] = git('rev-parse', '--is-shallow-repository', '--short=12', 'HEAD').split('\n');
    // The number of commits is not known.
    if (shallow === 'true') return `${base}+g${commit}`;
    const [major, minor] = base.split('.');
    return `${major}.${minor}.${git('rev-list', '--count', 'HEAD')}+g${commit}`;
  } catch {
    return `${base}+unknown`;
  }
}

/** Of a build of a tree with changes that are not committed: later than the commit, and than every such build before. */
export function versionOfChanged(version, now) {
  const time = new Date(now).toISOString().replace(/\D/g, '').slice(0, 14);
  return `${version}.d${time}`;
}
