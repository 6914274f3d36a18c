import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import type { NativeBinding } from '../native';

/**
 * The part of TensorFlow's messages that a bare graph needs (tensorflow/core/framework/*.proto and
 * tensorflow/core/protobuf/{meta_graph,saved_model}.proto).
 */
const SavedModel = protobuf
  .parse(
    `syntax = "proto3";
    message Dim { int64 size = 1; }
    message TensorShape { repeated Dim dim = 2; }
    message Tensor { int32 dtype = 1; TensorShape tensor_shape = 2; bytes tensor_content = 4; }
    message ListValue {
      repeated int64 i = 3 [packed = true];
      repeated float f = 4 [packed = true];
      repeated bool b = 5 [packed = true];
    }
    message AttrValue {
      oneof value {
        ListValue list = 1; bytes s = 2; int64 i = 3; float f = 4; bool b = 5; int32 type = 6;
        TensorShape shape = 7; Tensor tensor = 8;
      }
    }
    message NodeDef { string name = 1; string op = 2; repeated string input = 3; map<string, AttrValue> attr = 5; }
    message VersionDef { int32 producer = 1; int32 min_consumer = 2; }
    message GraphDef { repeated NodeDef node = 1; VersionDef versions = 4; }
    message MetaInfoDef { repeated string tags = 4; }
    message TensorInfo { string name = 1; int32 dtype = 2; TensorShape tensor_shape = 3; }
    message SignatureDef {
      map<string, TensorInfo> inputs = 1; map<string, TensorInfo> outputs = 2; string method_name = 3;
    }
    message MetaGraphDef {
      MetaInfoDef meta_info_def = 1; GraphDef graph_def = 2; map<string, SignatureDef> signature_def = 5;
    }
    message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraphDef meta_graphs = 2; }`,
    { keepCase: true },
  )
  .root.lookupType('SavedModel');

/** The version of graphs that TensorFlow 2.9 writes; any later one reads it. */
const graphVersion = { producer: 987, min_consumer: 12 };
const tag = 'convscope';

interface Shape {
  readonly dim: readonly { readonly size: number }[];
}

/** An attribute as the messages above have it. */
export type GraphAttribute =
  | {
      readonly list: {
        readonly i?: readonly number[];
        readonly f?: readonly number[];
        readonly b?: readonly boolean[];
      };
    }
  | { readonly s: Uint8Array }
  | { readonly i: number }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly type: number }
  | { readonly shape: Shape }
  | {
      readonly tensor: {
        readonly dtype: number;
        readonly tensor_shape: Shape;
        readonly tensor_content: Uint8Array;
      };
    };

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** `name` or `name:1` for data, `^name` for a node that must run before. */
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, GraphAttribute>>;
}

export function shapeMessage(shape: readonly number[]): Shape {
  return { dim: shape.map((size) => ({ size })) };
}

/** A node's output as a signature names it: `node:0`. */
export interface SignatureTensor {
  readonly name: string;
  readonly dtype: number;
  /** A size of -1 is unknown. */
  readonly tensor_shape: Shape;
}

/** What a graph is called with and gives, by names that its callers use. */
export interface Signature {
  readonly inputs: Readonly<Record<string, SignatureTensor>>;
  readonly outputs: Readonly<Record<string, SignatureTensor>>;
  readonly method_name: string;
}

/** A SavedModel of one graph, without variables beside it. */
export function savedModelBytes(
  nodes: readonly GraphNode[],
  graphTag: string,
  signatures: Readonly<Record<string, Signature>>,
): Uint8Array {
  const message = SavedModel.fromObject({
    saved_model_schema_version: 1,
    meta_graphs: [
      {
        meta_info_def: { tags: [graphTag] },
        graph_def: { node: nodes, versions: graphVersion },
        signature_def: signatures,
      },
    ],
  });
  return SavedModel.encode(message).finish();
}

/**
 * Loads a graph into a session of its own and returns the session's number. Throws TensorFlow's words on a graph that
 * it does not take.
 */
export function loadGraph(binding: NativeBinding, nodes: readonly GraphNode[]): number {
  return loadSavedModel(binding, savedModelBytes(nodes, tag, {}), tag);
}

/**
 * Loads a SavedModel that needs no files beside it and returns its session's number. The binding reads folders only, so
 * the model is written to a temporary one. Throws TensorFlow's words on a model that it does not take.
 */
export function loadSavedModel(binding: NativeBinding, model: Uint8Array, tags: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'convscope-graph-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), model);
    return binding.loadSavedModel(folder, tags);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
