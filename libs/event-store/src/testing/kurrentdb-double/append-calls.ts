import type { handleBidiStreamingCall, handleClientStreamingCall, handleUnaryCall } from '@grpc/grpc-js';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
  DeleteReq,
  DeleteResp,
  TombstoneReq,
  TombstoneResp,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import streamsPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { AppendResult, Expected, ProposedEvent } from './log.js';
import {
  accessDenied,
  type AppendAnswer,
  batchAnswer,
  batchRefusal,
  failure,
  idOf,
  proposedEvent,
  singleAnswer,
  streamDeleted,
  streamOf,
} from './messages.js';
import type { Served } from './served.js';

interface Pending {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: ProposedEvent[];
}

/** Writes an append, unless the switches want it lost. Undefined: no answer goes out. */
function take({ log, faults }: Served, { stream, expected, events }: Pending): AppendResult | undefined {
  const result = faults.silent === 'lost' ? undefined : log.append(stream, expected, events);
  if (faults.silent === undefined) return result;
  faults.unanswered += 1;
  return undefined;
}

function placeOf({ stream }: Pending, result: AppendResult): string {
  return result.kind === 'written' ? `${stream}@${result.revision}` : '';
}

/** A server drops a repetition of what it has written and not confirmed yet, and says only after a while that nothing came of it. */
function isDropped({ faults }: Served, append: Pending, result: AppendResult): boolean {
  return result.kind === 'written' && result.isRepetition && faults.isUnderWay(placeOf(append, result));
}

/** Many appends over one call, each answered on its own: the way that the client takes. */
export function batchAppend(node: Served): handleBidiStreamingCall<BatchAppendReq, BatchAppendResp> {
  return (call) => {
    const pending = new Map<string, Pending>();
    const send = (answer: BatchAppendResp) => void (call.writable && call.write(answer));
    call.on('error', () => undefined);
    call.on('end', () => call.end());
    call.on('data', (request: BatchAppendReq) => {
      const correlationId = idOf(request.getCorrelationId());
      const options = request.getOptions();
      if (options !== undefined) {
        const stream = streamOf(options.getStreamIdentifier());
        pending.set(correlationId, { stream, expected: expectedIn(options), events: [] });
      }
      const append = pending.get(correlationId);
      if (append === undefined) return;
      append.events.push(...request.getProposedMessagesList().map(proposedEvent));
      if (!request.getIsFinal()) return;
      pending.delete(correlationId);
      const refusal = node.isAllowed(call.metadata) ? node.refusal('append') : accessDenied;
      if (refusal?.trailers['exception'] !== undefined) return call.emit('error', failure(refusal));
      if (refusal !== undefined) return send(batchRefusal(correlationId, append.stream, refusal));
      const result = take(node, append);
      if (result === undefined) return;
      const answer = (what: AppendAnswer) => () => send(batchAnswer(correlationId, append.stream, what));
      if (isDropped(node, append, result)) setTimeout(answer({ kind: 'timeout' }), node.faults.writeTimeout).unref();
      else node.faults.reply(placeOf(append, result), answer(result));
    });
  };
}

/** One append over one call. */
export function appendOnce(node: Served): handleClientStreamingCall<AppendReq, AppendResp> {
  return (call, answer) => {
    let append: Pending | undefined;
    call.on('error', () => undefined);
    call.on('data', (request: AppendReq) => {
      const options = request.getOptions();
      if (options !== undefined) {
        append = { stream: streamOf(options.getStreamIdentifier()), expected: expectedIn(options), events: [] };
      }
      const message = request.getProposedMessage();
      if (message !== undefined) append?.events.push(proposedEvent(message));
    });
    call.on('end', () => {
      if (append === undefined) return;
      const refusal = node.isAllowed(call.metadata) ? node.refusal('append') : accessDenied;
      if (refusal !== undefined) return answer(failure(refusal));
      const { stream } = append;
      const result = take(node, append);
      if (result === undefined) return;
      const said = singleAnswer(stream, result);
      node.faults.reply(placeOf(append, result), () => ('code' in said ? answer(failure(said)) : answer(null, said)));
    });
  };
}

interface ExpectedOptions {
  hasNoStream(): boolean;
  hasAny(): boolean;
  hasStreamExists(): boolean;
  getStreamPosition?(): string;
  getRevision?(): string;
}

function expectedIn(options: ExpectedOptions): Expected {
  if (options.hasNoStream()) return -1;
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'exists';
  return Number(options.getStreamPosition?.() ?? options.getRevision?.());
}

/** Soft delete: readers find nothing, and the stream goes on counting. */
export function deleteStream(node: Served): handleUnaryCall<DeleteReq, DeleteResp> {
  return (call, answer) => {
    const stream = streamOf(call.request.getOptions()?.getStreamIdentifier());
    if (node.log.read(stream) === 'tombstoned') return answer(failure(streamDeleted(stream)));
    node.log.delete(stream, false);
    answer(null, new streamsPb.DeleteResp());
  };
}

/** Closes a stream for good. */
export function tombstoneStream(node: Served): handleUnaryCall<TombstoneReq, TombstoneResp> {
  return (call, answer) => {
    node.log.delete(streamOf(call.request.getOptions()?.getStreamIdentifier()), true);
    answer(null, new streamsPb.TombstoneResp());
  };
}
