/** The part of ONNX's messages that is read here (github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
import { messageReader, messageWriter, type Int64 } from '../protobuf';

export interface TensorMessage {
  readonly name: string;
  readonly dims: readonly Int64[];
  readonly data_type: number;
  readonly raw_data: Uint8Array;
  /** Packed lists, as bytes so that their length is known before they are unpacked. */
  readonly float_data: readonly Uint8Array[];
  readonly int32_data: readonly Uint8Array[];
  readonly int64_data: readonly Uint8Array[];
  readonly double_data: readonly Uint8Array[];
  /** 1: the values lie in another file, which `external_data` names. */
  readonly data_location: number;
  readonly external_data: readonly { readonly key: string; readonly value: string }[];
}

export interface AttributeMessage {
  readonly name: string;
  readonly f: number;
  readonly i: Int64;
  readonly s: Uint8Array;
  readonly t: TensorMessage | null;
  /** A graph that the node runs, once or often. Its nodes are not looked at. */
  readonly g: object | null;
  readonly graphs: readonly object[];
  readonly floats: readonly number[];
  readonly ints: readonly Int64[];
  readonly strings: readonly Uint8Array[];
  /** AttributeProto.AttributeType: which of the values is meant. */
  readonly type: number;
}

export interface NodeMessage {
  readonly name: string;
  readonly op_type: string;
  readonly domain: string;
  /** An input that is left out is ''. */
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeMessage[];
}

export interface ValueMessage {
  readonly name: string;
  readonly type: {
    readonly tensor_type: {
      readonly elem_type: number;
      readonly shape: {
        /** A size is a number, or a name such as `N`; then the number is 0. */
        readonly dim: readonly { readonly dim_value: Int64; readonly dim_param: string }[];
      } | null;
    } | null;
  } | null;
}

export interface GraphMessage {
  readonly name: string;
  readonly node: readonly NodeMessage[];
  readonly initializer: readonly TensorMessage[];
  readonly sparse_initializer: readonly object[];
  readonly input: readonly ValueMessage[];
  readonly output: readonly ValueMessage[];
  /** What is known of the values between the nodes. */
  readonly value_info: readonly ValueMessage[];
}

export interface ModelMessage {
  readonly ir_version: Int64;
  readonly opset_import: readonly { readonly domain: string; readonly version: Int64 }[];
  readonly producer_name: string;
  readonly producer_version: string;
  readonly graph: GraphMessage | null;
  readonly metadata_props: readonly { readonly key: string; readonly value: string }[];
  /** Operations that the model defines itself. They are not looked at. */
  readonly functions: readonly object[];
}

const definition = `
  message Entry { string key = 1; string value = 2; }
  message Tensor {
    repeated int64 dims = 1; int32 data_type = 2; repeated bytes float_data = 4; repeated bytes int32_data = 5;
    repeated bytes int64_data = 7; string name = 8; bytes raw_data = 9; repeated bytes double_data = 10;
    repeated Entry external_data = 13; int32 data_location = 14;
  }
  message Dimension { int64 dim_value = 1; string dim_param = 2; }
  message Shape { repeated Dimension dim = 1; }
  message TensorType { int32 elem_type = 1; Shape shape = 2; }
  message Type { TensorType tensor_type = 1; }
  message Value { string name = 1; Type type = 2; }
  message Subgraph {}
  message Attribute {
    string name = 1; float f = 2; int64 i = 3; bytes s = 4; Tensor t = 5; Subgraph g = 6; repeated float floats = 7;
    repeated int64 ints = 8; repeated bytes strings = 9; repeated Subgraph graphs = 11; int32 type = 20;
  }
  message Node {
    repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
    repeated Attribute attribute = 5; string domain = 7;
  }
  message Graph {
    repeated Node node = 1; string name = 2; repeated Tensor initializer = 5; repeated Value input = 11;
    repeated Value output = 12; repeated Value value_info = 13; repeated Subgraph sparse_initializer = 15;
  }
  message Opset { string domain = 1; int64 version = 2; }
  message Model {
    int64 ir_version = 1; string producer_name = 2; string producer_version = 3; Graph graph = 7;
    repeated Opset opset_import = 8; repeated Entry metadata_props = 14; repeated Subgraph functions = 25;
  }`;

export const readModel = messageReader<ModelMessage>(definition, 'Model');

const writeModel = messageWriter(definition, 'Model');

/** What must stand behind a model's bytes so that it gives these tensors too: messages that follow each other merge. */
export function furtherOutputs(names: readonly string[]): Uint8Array {
  return writeModel({ graph: { output: names.map((name) => ({ name })) } });
}
