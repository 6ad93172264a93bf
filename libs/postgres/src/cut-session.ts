import type { Client } from 'pg';

/** Ends a connection at once, whether the other side answers or not. */
export function cutSession(client: Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
