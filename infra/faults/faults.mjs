// The faults. `strike` does the harm and lets it end by itself or by what any service manager does (start again what has ended); it
// answers the instant at which the cause was gone, from which healing is timed.
const now = () => performance.now();

export const faults = {
  'kill': {
    what: 'kill -9 of the program',
    stores: ['sqlite', 'postgres'],
    rounds: 20,
    isQuick: true,
    async strike({ program }) {
      await program.kill();
      const gone = now();
      await program.start();
      return gone;
    },
  },
};
