/**
 * Looks again and again until the condition holds, instead of sleeping for a guessed time. Throws when `patienceMs` have gone by;
 * an error of the condition itself ends the wait at once.
 */
export async function until(holds: () => boolean | Promise<boolean>, patienceMs = 60_000): Promise<void> {
  for (const end = performance.now() + patienceMs; !(await holds()); await new Promise((go) => setTimeout(go, 10))) {
    if (performance.now() > end)
      throw new Error(`It did not come within ${patienceMs / 1000} seconds that ${String(holds)}`);
  }
}
