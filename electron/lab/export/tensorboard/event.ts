import protobuf from 'protobufjs';

/**
 * The part of TensorBoard's messages that is written here, under TensorFlow's own names
 * (tensorboard/compat/proto/{event,summary,tensor,tensor_shape}.proto).
 */
const Event = protobuf
  .parse(
    `syntax = "proto3";
    message Event {
      double wall_time = 1;
      int64 step = 2;
      oneof what { string file_version = 3; Summary summary = 5; SessionLog session_log = 7; }
      SourceMetadata source_metadata = 10;
    }
    message SourceMetadata { string writer = 1; }
    message SessionLog { int32 status = 1; }
    message Summary { repeated Value value = 1; }
    message Value {
      string tag = 1;
      SummaryMetadata metadata = 9;
      oneof value { float simple_value = 2; TensorProto tensor = 8; }
    }
    message SummaryMetadata { PluginData plugin_data = 1; string summary_description = 3; }
    message PluginData { string plugin_name = 1; }
    message TensorProto {
      int32 dtype = 1;
      TensorShapeProto tensor_shape = 2;
      bytes tensor_content = 4;
      repeated bytes string_val = 8;
    }
    message TensorShapeProto { repeated Dim dim = 2; }
    message Dim { int64 size = 1; }`,
    { keepCase: true },
  )
  .root.lookupType('Event');

/** A tensor as the message has it. `dtype` counts as TensorFlow does (types.proto): 2 is float64, 7 is strings. */
interface TensorMessage {
  readonly dtype: number;
  readonly tensor_shape: { readonly dim: readonly { readonly size: number }[] };
  readonly tensor_content?: Uint8Array;
  readonly string_val?: readonly Uint8Array[];
}

/** One value of a summary under its tag. */
export type SummaryValue = { readonly tag: string } & (
  | { readonly simple_value: number }
  | {
      readonly metadata: {
        readonly plugin_data: { readonly plugin_name: string };
        readonly summary_description: string;
      };
      readonly tensor: TensorMessage;
    }
);

/** What an event says. */
export type EventContent =
  | { readonly file_version: string; readonly source_metadata: { readonly writer: string } }
  | { readonly session_log: { readonly status: number } }
  | { readonly summary: { readonly value: readonly SummaryValue[] } };

/**
 * Encodes one event.
 * @param step batches trained when it happened
 * @param wallTime seconds since 1970
 */
export function encodeEvent(content: EventContent, step: number, wallTime: number): Uint8Array {
  return Event.encode({ wall_time: wallTime, step, ...content }).finish();
}
