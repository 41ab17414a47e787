/** Before each test file: properties are tried with the seed that SOWER_TEST_SEED asks for. */
if (process.env.SOWER_TEST_SEED !== undefined) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ seed: Number(process.env.SOWER_TEST_SEED) });
}

export {};
