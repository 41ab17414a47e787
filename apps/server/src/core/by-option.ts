/** Says which option of `sower serve` named what could not be used: a port that is taken may be any of five. */
export async function byOption<T>(option: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error) error.message = `${option}: ${error.message}`;
    throw error;
  }
}
