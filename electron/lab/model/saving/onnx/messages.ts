/** The part of ONNX's messages that is written here (github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
import { messageWriter } from '../../formats/protobuf';

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** TensorProto.DataType. */
  readonly data_type: number;
  readonly raw_data: Uint8Array;
}

export interface OnnxAttribute {
  readonly name: string;
  /** AttributeProto.AttributeType. */
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
}

export interface OnnxNode {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly op_type: string;
  readonly attribute: readonly OnnxAttribute[];
}

export interface OnnxValue {
  readonly name: string;
  readonly type: {
    readonly tensor_type: {
      readonly elem_type: number;
      readonly shape: {
        readonly dim: readonly ({ readonly dim_value: number } | { readonly dim_param: string })[];
      };
    };
  };
}

export interface OnnxModel {
  readonly ir_version: number;
  readonly producer_name: string;
  readonly producer_version: string;
  readonly opset_import: readonly { readonly domain: string; readonly version: number }[];
  readonly metadata_props: readonly { readonly key: string; readonly value: string }[];
  readonly graph: {
    readonly name: string;
    readonly node: readonly OnnxNode[];
    readonly initializer: readonly OnnxTensor[];
    readonly input: readonly OnnxValue[];
    readonly output: readonly OnnxValue[];
  };
}

/** TensorProto.DataType. */
export const dataType = { float: 1, int32: 6, int64: 7 } as const;

export const attribute = {
  float: (name: string, f: number): OnnxAttribute => ({ name, type: 1, f }),
  integer: (name: string, i: number): OnnxAttribute => ({ name, type: 2, i }),
  text: (name: string, s: string): OnnxAttribute => ({ name, type: 3, s: new TextEncoder().encode(s) }),
  integers: (name: string, ints: readonly number[]): OnnxAttribute => ({ name, type: 7, ints }),
};

const write = messageWriter(
  `message Entry { string key = 1; string value = 2; }
  message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  message Shape { repeated Dimension dim = 1; }
  message TensorType { int32 elem_type = 1; Shape shape = 2; }
  message Type { TensorType tensor_type = 1; }
  message Value { string name = 1; Type type = 2; }
  message Attribute {
    string name = 1; optional float f = 2; optional int64 i = 3; bytes s = 4; repeated int64 ints = 8; int32 type = 20;
  }
  message Node {
    repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
    repeated Attribute attribute = 5;
  }
  message Graph {
    repeated Node node = 1; string name = 2; repeated Tensor initializer = 5; repeated Value input = 11;
    repeated Value output = 12;
  }
  message Opset { string domain = 1; int64 version = 2; }
  message Model {
    int64 ir_version = 1; string producer_name = 2; string producer_version = 3; Graph graph = 7;
    repeated Opset opset_import = 8; repeated Entry metadata_props = 14;
  }`,
  'Model',
);

export function onnxBytes(model: OnnxModel): Uint8Array {
  return write(model);
}
