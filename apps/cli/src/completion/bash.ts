/** The completion script for bash. It starts no process: everything it knows is in it. */
import { type CommandWords, casesOfOptions, knownPaths, quoted, type Value } from './words.ts';

export function bashScript(all: readonly CommandWords[]): string {
  const known = knownPaths(all);
  const after = casesOfOptions(all, offer);
  const here = all.map(({ path, commands, options, argument }) => {
    const words = [
      ...commands.map(({ name }) => name),
      ...(argument?.choices ?? []),
      ...options.flatMap(({ names }) => names),
    ];
    const file = argument?.isFile ? ' compopt -o filenames; COMPREPLY+=( $(compgen -f -- "$cur") );' : '';
    return `    ${quoted(path.join(' '))}) COMPREPLY=( $(compgen -W ${quoted(words.join(' '))} -- "$cur") );${file} ;;`;
  });
  return `# bash completion for sower. Load it with: source <(sower completion bash)
_sower() {
  local cur prev path word i
  cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path=
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${path:+$path }\${COMP_WORDS[i]}"
    case "$word" in
      ${known.join('|')}) path=$word ;;
    esac
  done
  COMPREPLY=()
  case "$path:$prev" in
${after.join('\n')}
  esac
  case "$path" in
${here.join('\n')}
  esac
}
complete -F _sower sower`;
}

const offer = ({ choices, isFile }: Value): string => {
  if (isFile) return 'compopt -o filenames; COMPREPLY=( $(compgen -f -- "$cur") )';
  return choices.length === 0 ? ':' : `COMPREPLY=( $(compgen -W ${quoted(choices.join(' '))} -- "$cur") )`;
};
