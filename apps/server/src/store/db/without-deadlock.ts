/** PostgreSQL ends one of two transactions that wait for each other; nothing of it happened, so it runs again. */
export async function withoutDeadlock<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if ((code !== '40P01' && code !== '40001') || tries === 5) throw error;
    }
  }
}
