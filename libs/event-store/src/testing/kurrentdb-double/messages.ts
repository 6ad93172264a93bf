// The protobuf code that ships inside the client package: what the double says is what the client was made for.
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { UUID } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import sharedPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import type { Status } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import statusPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import type {
  AppendResp,
  BatchAppendResp,
  ReadResp,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import streamsPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Refusal } from './faults.js';
import type { AppendResult, Expected, LoggedEvent, ProposedEvent } from './log.js';

/** Ticks of 100 ns between the years 1 and 1970 are left out by the protocol: `created` counts from 1970. */
const TICKS_PER_MILLISECOND = 10_000n;

/** The id as text, whichever way it came. */
export function idOf(uuid: UUID | undefined): string {
  const structured = uuid?.getStructured();
  if (structured === undefined) return uuid?.getString() ?? '';
  const [high, low] = [structured.getMostSignificantBits(), structured.getLeastSignificantBits()].map((bits) =>
    BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0'),
  ) as [string, string];
  return `${high.slice(0, 8)}-${high.slice(8, 12)}-${high.slice(12)}-${low.slice(0, 4)}-${low.slice(4)}`;
}

function uuid(id: string, isStructured: boolean): UUID {
  if (!isStructured) return new sharedPb.UUID().setString(id);
  const hex = id.replaceAll('-', '');
  const bits = (from: number) => BigInt.asIntN(64, BigInt(`0x${hex.slice(from, from + 16)}`)).toString();
  const structured = new sharedPb.UUID.Structured().setMostSignificantBits(bits(0)).setLeastSignificantBits(bits(16));
  return new sharedPb.UUID().setStructured(structured);
}

export function streamOf(identifier: { getStreamName_asU8(): Uint8Array } | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
}

export function streamIdentifier(stream: string) {
  return new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream, 'utf8'));
}

/** What both kinds of append call an event that is to be written. */
interface ProposedMessage {
  getId(): UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
}

export function proposedEvent(message: ProposedMessage): ProposedEvent {
  return {
    id: idOf(message.getId()),
    type: message.getMetadataMap().get('type') ?? '',
    contentType: message.getMetadataMap().get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

export function eventMessage(event: LoggedEvent, hasStructuredIds: boolean): ReadResp {
  const position = String(event.position);
  const recorded = new streamsPb.ReadResp.ReadEvent.RecordedEvent()
    .setId(uuid(event.id, hasStructuredIds))
    .setStreamIdentifier(streamIdentifier(event.stream))
    .setStreamRevision(String(event.revision))
    .setPreparePosition(position)
    .setCommitPosition(position)
    .setData(event.data)
    .setCustomMetadata(event.metadata);
  recorded.getMetadataMap().set('type', event.type);
  recorded.getMetadataMap().set('content-type', event.contentType);
  recorded.getMetadataMap().set('created', String(BigInt(event.created.getTime()) * TICKS_PER_MILLISECOND));
  const read = new streamsPb.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(position);
  return new streamsPb.ReadResp().setEvent(read);
}

/** A call that fails, with the trailers by which the client tells the kinds of failure apart. */
export function failure({ code, details, trailers }: Refusal): ServiceError {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return Object.assign(new Error(details), { code, details, metadata });
}

export function streamDeleted(stream: string): Refusal {
  return {
    code: status.FAILED_PRECONDITION,
    details: `Event stream '${stream}' is deleted.`,
    trailers: { exception: 'stream-deleted', 'stream-name': stream },
  };
}

export const accessDenied: Refusal = {
  code: status.PERMISSION_DENIED,
  details: 'Access Denied',
  trailers: { exception: 'access-denied' },
};

/** What came of an append, or that nothing came of it in time. */
export type AppendAnswer = AppendResult | { readonly kind: 'timeout' };

/** The answer to one append of the batch call. */
export function batchAnswer(correlationId: string, stream: string, result: AppendAnswer): BatchAppendResp {
  const answer = new streamsPb.BatchAppendResp()
    .setCorrelationId(uuid(correlationId, false))
    .setStreamIdentifier(streamIdentifier(stream));
  if (result.kind !== 'written') return answer.setError(batchError(stream, result));
  const success = new streamsPb.BatchAppendResp.Success().setCurrentRevision(String(result.revision));
  if (result.position === undefined) return answer.setSuccess(success.setNoPosition(new emptyPb.Empty()));
  const position = new sharedPb.AllStreamPosition()
    .setCommitPosition(String(result.position))
    .setPreparePosition(String(result.position));
  return answer.setSuccess(success.setPosition(position));
}

/** The answer to an append of the batch call that the server does not handle. */
export function batchRefusal(correlationId: string, stream: string, refusal: Refusal): BatchAppendResp {
  const error = new statusPb.Status()
    .setMessage(refusal.details)
    .setDetails(packed('google.protobuf.Empty', new emptyPb.Empty()));
  return new streamsPb.BatchAppendResp()
    .setCorrelationId(uuid(correlationId, false))
    .setStreamIdentifier(streamIdentifier(stream))
    .setError(error);
}

function batchError(stream: string, result: Exclude<AppendAnswer, { kind: 'written' }>): Status {
  switch (result.kind) {
    case 'timeout':
      return details('Timeout', new sharedPb.Timeout(), 'Timeout');
    case 'tombstoned':
      return details(
        'StreamDeleted',
        new sharedPb.StreamDeleted().setStreamIdentifier(streamIdentifier(stream)),
        'Stream is deleted',
      );
    case 'too-large':
      return details(
        'MaximumAppendSizeExceeded',
        new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(result.limit),
        'Maximum Append Size Exceeded',
      );
    case 'wrong-expected':
      return details('WrongExpectedVersion', wrongExpected(result.current, result.expected), 'Wrong expected version');
  }
}

function wrongExpected(current: number, expected: Expected) {
  const wrong = new sharedPb.WrongExpectedVersion();
  if (current < 0) wrong.setCurrentNoStream(new emptyPb.Empty());
  else wrong.setCurrentStreamRevision(String(current));
  if (expected === 'any') return wrong.setExpectedAny(new emptyPb.Empty());
  if (expected === 'exists') return wrong.setExpectedStreamExists(new emptyPb.Empty());
  return expected < 0
    ? wrong.setExpectedNoStream(new emptyPb.Empty())
    : wrong.setExpectedStreamPosition(String(expected));
}

function details(name: string, message: { serializeBinary(): Uint8Array }, text: string): Status {
  return new statusPb.Status().setMessage(text).setDetails(packed(`event_store.client.${name}`, message));
}

function packed(name: string, message: { serializeBinary(): Uint8Array }) {
  const any = new anyPb.Any();
  any.pack(message.serializeBinary(), name);
  return any;
}

/** The answer to the call that appends once: a refusal when it is told as a failure of the call. */
export function singleAnswer(stream: string, result: AppendResult): AppendResp | Refusal {
  switch (result.kind) {
    case 'tombstoned':
      return streamDeleted(stream);
    case 'too-large':
      return {
        code: status.INVALID_ARGUMENT,
        details: `Maximum Append Size of ${result.limit} Exceeded.`,
        trailers: { exception: 'maximum-append-size-exceeded', 'maximum-append-size': String(result.limit) },
      };
    case 'wrong-expected': {
      const wrong = new streamsPb.AppendResp.WrongExpectedVersion();
      if (result.current < 0) wrong.setCurrentNoStream(new sharedPb.Empty());
      else wrong.setCurrentRevision(String(result.current));
      if (result.expected === -1) wrong.setExpectedNoStream(new sharedPb.Empty());
      else if (typeof result.expected === 'number') wrong.setExpectedRevision(String(result.expected));
      return new streamsPb.AppendResp().setWrongExpectedVersion(wrong);
    }
    case 'written': {
      const success = new streamsPb.AppendResp.Success().setCurrentRevision(String(result.revision));
      if (result.position === undefined) {
        return new streamsPb.AppendResp().setSuccess(success.setNoPosition(new sharedPb.Empty()));
      }
      const position = new streamsPb.AppendResp.Position()
        .setCommitPosition(String(result.position))
        .setPreparePosition(String(result.position));
      return new streamsPb.AppendResp().setSuccess(success.setPosition(position));
    }
  }
}
