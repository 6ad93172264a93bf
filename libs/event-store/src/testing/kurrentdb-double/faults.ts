import { status } from '@grpc/grpc-js';

/** What can go wrong with a double, each on a switch. Everything off: a server in good health. */
export class Faults {
  /** Appends get no answer: `recorded` writes them all the same, `lost` does not. */
  silent: 'recorded' | 'lost' | undefined;
  /** Appends that got no answer so far. */
  unanswered = 0;
  /** Answers to appends are held back until `answer` is called; until then they are under way. */
  isLate = false;
  /** How long a server leaves a repetition of what is still under way without an answer, in milliseconds. */
  writeTimeout = 2_000;
  /** Every call is told that the server is still starting. */
  isNotReady = false;
  /** Every call is told that another node leads, or (undefined address) that none does. */
  notLeader: { readonly host: string; readonly port: number } | 'nobody' | undefined;
  /** Events of subscriptions come twice. */
  isRepeating = false;
  /** Appends are answered twice. */
  isAnsweringTwice = false;
  /** Reads of the whole log from its beginning on get no answer; those from its end do. */
  isSilentForwards = false;
  /** This many reads from now on give half their events and are then cancelled. */
  readsToCancel = 0;
  /** Whoever signs in with something else is refused; only a double with TLS sees credentials. */
  credentials: string | undefined;
  private held: { readonly place: string; readonly send: () => void }[] = [];
  private readonly severed = new Set<string>();
  private readonly peers = new Set<string>();
  private readonly endings = new Set<() => void>();

  /** Reads over connections that were ever used fail from now on; new connections are served. */
  severReads(): void {
    for (const peer of this.peers) this.severed.add(peer);
  }

  /** Cancels every running subscription, as a server does that closes them. */
  cancelSubscriptions(): void {
    for (const end of this.endings) end();
    this.endings.clear();
  }

  /** Sends the answers that were held back. */
  answer(): void {
    this.isLate = false;
    for (const { send } of this.held.splice(0)) send();
  }

  /** Puts everything back into good health. Answers held back are never sent. */
  heal(): void {
    Object.assign(this, new Faults());
  }

  /** @internal Whether the answer to what was written at this place is still held back. */
  isUnderWay(place: string): boolean {
    return this.held.some((one) => one.place === place);
  }

  /** @internal An answer to an append, as the switches want it sent. `place`: where it was written. */
  reply(place: string, send: () => void): void {
    if (this.isLate) this.held.push({ place, send });
    else send();
    if (this.isAnsweringTwice && !this.isLate) send();
  }

  /** @internal Notes a connection; true when reads over it are severed. */
  isSevered(peer: string): boolean {
    this.peers.add(peer);
    return this.severed.has(peer);
  }

  /** @internal Registers how a running subscription is ended. Returns the way to forget it. */
  onCancel(end: () => void): () => void {
    this.endings.add(end);
    return () => this.endings.delete(end);
  }
}

/** @internal What a call that ends badly is told, in the words of the protocol. */
export interface Refusal {
  readonly code: status;
  readonly details: string;
  readonly trailers: Readonly<Record<string, string>>;
}

/** @internal The refusal that the switches hold for every call; undefined when there is none. */
export function refusalOf({ isNotReady, notLeader }: Faults): Refusal | undefined {
  if (isNotReady) return { code: status.UNAVAILABLE, details: 'Server Is Not Ready', trailers: {} };
  if (notLeader === 'nobody') {
    return { code: status.UNKNOWN, details: 'No leader info available in response', trailers: {} };
  }
  if (notLeader === undefined) return undefined;
  return {
    code: status.NOT_FOUND,
    details: 'Leader info available',
    trailers: {
      exception: 'not-leader',
      'leader-endpoint-host': notLeader.host,
      'leader-endpoint-port': String(notLeader.port),
    },
  };
}
