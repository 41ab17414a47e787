/** The first call, in three languages. A test runs each of them against a server. */

const CURL = `export SOWER_URL="https://otp.example.com"
export SOWER_API_KEY="sower_…"

curl --fail-with-body "$SOWER_URL/api/v1/users?search=ada" \\
  -H "Authorization: Bearer $SOWER_API_KEY"`;

const TYPESCRIPT = `import { ApiProblem, apiClient } from '@sower/api/client';

const { SOWER_URL, SOWER_API_KEY } = process.env;
const sower = apiClient(async ({ method, path, headers, body }) => {
  const answer = await fetch(SOWER_URL + path, { method, headers, body });
  return { status: answer.status, body: await answer.text() };
}, SOWER_API_KEY);

try {
  const { items } = await sower('listUsers', { query: { search: 'ada' } });
  for (const user of items) console.log(user.userId, user.tokens);
} catch (error) {
  if (!(error instanceof ApiProblem)) throw error;
  console.error(error.problem.code, error.message);
}`;

const PYTHON = `import json
import os
import urllib.error
import urllib.request


def sower(method, path, body=None, if_match=None):
    headers = {"Authorization": "Bearer " + os.environ["SOWER_API_KEY"]}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if if_match is not None:
        headers["If-Match"] = f'"{if_match}"'
    request = urllib.request.Request(
        os.environ["SOWER_URL"] + path,
        method=method,
        headers=headers,
        data=None if body is None else json.dumps(body).encode(),
    )
    with urllib.request.urlopen(request) as answer:
        content = answer.read()
    return json.loads(content) if content else None


try:
    for user in sower("GET", "/api/v1/users?search=ada")["items"]:
        print(user["userId"], user["tokens"])
except urllib.error.HTTPError as error:
    problem = json.load(error)
    print(problem["code"], problem.get("detail"))`;

export const GETTING_STARTED = [
  { language: 'curl', code: CURL },
  { language: 'TypeScript', code: TYPESCRIPT },
  { language: 'Python', code: PYTHON },
] as const;
