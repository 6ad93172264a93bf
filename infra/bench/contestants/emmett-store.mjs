// What emmett's stores on PostgreSQL and SQLite have alike.

/** `readAfter` answers emmett's page of messages after a global position. */
export function emmettStore({ store, readAfter, close }) {
  return {
    append: (stream, expected, events) =>
      store.appendToStream(
        stream,
        events.map(({ type, data, metadata }) => ({ type, data, metadata })),
        { expectedStreamVersion: expected === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(expected) },
      ),
    async scan() {
      let count = 0;
      for (let after = 0n; ;) {
        const { messages, currentGlobalPosition } = await readAfter(after);
        if (messages.length === 0) return count;
        count += messages.length;
        after = currentGlobalPosition;
      }
    },
    close,
  };
}
