import { convertToCommandError, type KurrentDBClient } from '@kurrent/kurrentdb-client';
import { unpackToCommandError } from '@kurrent/kurrentdb-client/dist/streams/appendToStream/unpackError.js';
import streamServices from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import type { BatchAppendResp } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import { randomUUID } from 'node:crypto';
import { appendRequest, type OutgoingAppend } from './append-request.js';

/** Where a server put an append: the revision of its last event, and that event's place in the log unless the server left it out. */
export interface Taken {
  readonly revision: number;
  readonly place: { readonly commit: bigint; readonly prepare: bigint } | undefined;
}

/** Hears what becomes of the appends of a call. */
export interface CallListener {
  taken(number: number, taken: Taken): void;
  /** The server answered the append with an error: one of the client's. */
  refused(number: number, error: unknown): void;
  /** The call is over, and nothing that was not answered will be. Heard once, and nothing after it. */
  over(error: Error): void;
}

/** What is used of the call as gRPC gives it, with requests that are bytes already. */
interface BatchCall {
  on(event: 'data', listener: (answer: BatchAppendResp) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  write(request: Buffer): unknown;
  cancel(): void;
}

const { batchAppend } = streamServices.StreamsService;
/** What a server that takes an append up later than this refuses by itself, as it does for the client's own appends. */
const DEADLINE_MS = 10_000;
/** Digits of a number at the end of a correlation id. */
const NUMBER_DIGITS = 12;

/**
 * The call that carries all appends of a client: a server takes them up in the order in which they were sent, and answers each on its own.
 * The client's own way to it keeps no hold on that order.
 */
export class AppendCall {
  private readonly mark = randomUUID().slice(0, -NUMBER_DIGITS);
  private call: BatchCall | undefined;

  private constructor(private listener: CallListener | undefined) {}

  /** Throws the client's errors. */
  static async open(client: KurrentDBClient, listener: CallListener): Promise<AppendCall> {
    const call = new AppendCall(listener);
    await client['GRPCStreamCreator'](streamServices.StreamsClient, 'appendToStream', (services) => {
      const batchCall = services.makeBidiStreamRequest(
        batchAppend.path,
        (request: Buffer) => request,
        batchAppend.responseDeserialize,
        ...client['callArguments']({}, { deadline: Infinity }),
      );
      call.begin(batchCall);
      return batchCall;
    })();
    return call;
  }

  /** Sends an append; its answer comes under the number. What is sent when the call is over goes nowhere. */
  send(number: number, append: OutgoingAppend): void {
    const correlation = this.mark + number.toString(16).padStart(NUMBER_DIGITS, '0');
    // How much is under way is for the sender to bound; waiting here would let others pass.
    this.call?.write(appendRequest(append, correlation, Date.now() + DEADLINE_MS));
  }

  /** Gives the call up. The listener hears no more of it. */
  end(): void {
    this.listener = undefined;
    this.call?.cancel();
  }

  private begin(call: BatchCall): void {
    this.call = call;
    call.on('data', (answer: BatchAppendResp) => this.hear(answer));
    call.on('error', (error) => this.fail(convertToCommandError(error)));
    call.on('end', () => this.fail(Object.assign(new Error('The server has ended the call'), { code: 14 })));
  }

  private hear(answer: BatchAppendResp): void {
    const number = Number.parseInt(answer.getCorrelationId()!.getString().slice(-NUMBER_DIGITS), 16);
    const error = answer.getError();
    if (error !== undefined) {
      const stream = Buffer.from(answer.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
      this.listener?.refused(number, unpackToCommandError(error, stream));
      return;
    }
    const success = answer.getSuccess()!;
    const place = success.getPosition();
    this.listener?.taken(number, {
      revision: Number(success.getCurrentRevision()),
      place: place && { commit: BigInt(place.getCommitPosition()), prepare: BigInt(place.getPreparePosition()) },
    });
  }

  private fail(error: Error): void {
    const { listener } = this;
    this.listener = undefined;
    listener?.over(error);
  }
}
