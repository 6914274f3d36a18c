/**
 * The part of TensorFlow's messages that is read here, field numbers as in tensorflow/core/framework/*.proto,
 * tensorflow/core/protobuf/{saved_model,meta_graph,saved_object_graph,trackable_object_graph,tensor_bundle}.proto and
 * keras/protobuf/saved_metadata.proto.
 */
import { messageReader, type Int64 } from '../protobuf';

export interface TensorShape {
  /** A size of -1 is unknown. */
  readonly dim: readonly { readonly size: Int64 }[];
  readonly unknown_rank: boolean;
}

const shapes = `
  message Dim { int64 size = 1; }
  message TensorShape { repeated Dim dim = 2; bool unknown_rank = 3; }`;

/** Values lie in `tensor_content`, or in the list of their type, whose last one may stand for all that follow. */
export interface TensorMessage {
  readonly dtype: number;
  readonly tensor_shape: TensorShape | null;
  readonly tensor_content: Uint8Array;
  readonly int_val: readonly Uint8Array[];
  readonly int64_val: readonly Uint8Array[];
  readonly string_val: readonly Uint8Array[];
}

const tensors = `
  message Tensor {
    int32 dtype = 1; TensorShape tensor_shape = 2; bytes tensor_content = 4;
    repeated bytes int_val = 7; repeated bytes string_val = 8; repeated bytes int64_val = 10;
  }`;

/** Of the attribute's kinds those that are looked into. */
export interface AttributeMessage {
  readonly func: { readonly name: string; readonly attr: Readonly<Record<string, Uint8Array>> } | null;
  readonly tensor: TensorMessage | null;
  readonly shape: TensorShape | null;
  readonly s: Uint8Array;
  readonly i: Int64;
  readonly type: number;
  /** The attribute of the surrounding function that stands here. */
  readonly placeholder: string;
}

/** Attributes stay as they are written, so that those which nobody looks into are kept. */
export type Attributes = Readonly<Record<string, Uint8Array>>;

export interface NodeMessage {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Attributes;
}

export interface ArgumentMessage {
  readonly name: string;
  readonly number_attr: string;
  readonly type_list_attr: string;
}

export interface FunctionMessage {
  readonly signature: {
    readonly name: string;
    readonly input_arg: readonly ArgumentMessage[];
    readonly output_arg: readonly ArgumentMessage[];
    readonly control_output: readonly string[];
  } | null;
  readonly attr: Attributes;
  readonly node_def: readonly NodeMessage[];
  readonly ret: Readonly<Record<string, string>>;
}

export interface GraphMessage {
  readonly node: readonly NodeMessage[];
  readonly library: { readonly function: readonly FunctionMessage[] } | null;
  readonly versions: { readonly producer: number } | null;
}

const graphs = `
  message Func { string name = 1; map<string, bytes> attr = 2; }
  message Attribute {
    oneof value { bytes s = 2; int64 i = 3; int32 type = 6; TensorShape shape = 7; Tensor tensor = 8; Func func = 10; string placeholder = 9; }
  }
  message Node { string name = 1; string op = 2; repeated string input = 3; map<string, bytes> attr = 5; }
  message Argument { string name = 1; string number_attr = 5; string type_list_attr = 6; }
  message Op { string name = 1; repeated Argument input_arg = 2; repeated Argument output_arg = 3; repeated string control_output = 20; }
  message Function { Op signature = 1; map<string, bytes> attr = 5; repeated Node node_def = 3; map<string, string> ret = 4; }
  message Library { repeated Function function = 1; }
  message Versions { int32 producer = 1; }
  message Graph { repeated Node node = 1; Library library = 2; Versions versions = 4; }`;

export interface ObjectReference {
  readonly node_id: number;
  readonly local_name: string;
}

export interface SavedObject {
  readonly children: readonly ObjectReference[];
  readonly user_object: { readonly identifier: string; readonly metadata: string } | null;
  readonly variable: { readonly name: string; readonly trainable: boolean } | null;
}

export interface TensorInfo {
  /** `node:0`. */
  readonly name: string;
  readonly dtype: number;
  readonly tensor_shape: TensorShape | null;
}

export interface SignatureMessage {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly outputs: Readonly<Record<string, TensorInfo>>;
}

export interface MetaGraphMessage {
  readonly meta_info_def: {
    readonly tags: readonly string[];
    readonly tensorflow_version: string;
  } | null;
  /** A message of type `Graph`, decoded by `readGraph` only where it is run. */
  readonly graph_def: Uint8Array;
  /** Messages of type `Signature`. */
  readonly signature_def: Readonly<Record<string, Uint8Array>>;
  readonly object_graph_def: ObjectGraph | null;
}

export interface ObjectGraph {
  readonly nodes: readonly SavedObject[];
  /** By the function's name in the graph's library. */
  readonly concrete_functions: Readonly<Record<string, ConcreteFunction>>;
}

export interface ConcreteFunction {
  /** Objects, mostly variables, that are the last arguments of the function. Unpacked by `packedIntegers`. */
  readonly bound_inputs: readonly Uint8Array[];
}

export interface SavedModelMessage {
  readonly meta_graphs: readonly MetaGraphMessage[];
}

export const readSavedModel = messageReader<SavedModelMessage>(
  `message MetaInfo { repeated string tags = 4; string tensorflow_version = 5; }
  message Reference { int32 node_id = 1; string local_name = 2; }
  message UserObject { string identifier = 1; string metadata = 3; }
  message Variable { bool trainable = 3; string name = 6; }
  message SavedObject {
    repeated Reference children = 1;
    oneof kind { UserObject user_object = 4; Variable variable = 7; }
  }
  message ConcreteFunction { repeated bytes bound_inputs = 2; }
  message ObjectGraph { repeated SavedObject nodes = 1; map<string, ConcreteFunction> concrete_functions = 2; }
  message MetaGraph {
    MetaInfo meta_info_def = 1; bytes graph_def = 2; map<string, bytes> signature_def = 5; ObjectGraph object_graph_def = 7;
  }
  message SavedModel { repeated MetaGraph meta_graphs = 2; }`,
  'SavedModel',
);

export const readGraph = messageReader<GraphMessage>(`${shapes} ${tensors} ${graphs}`, 'Graph');

export const readSignature = messageReader<SignatureMessage>(
  `${shapes}
  message TensorInfo { string name = 1; int32 dtype = 2; TensorShape tensor_shape = 3; }
  message Signature { map<string, TensorInfo> inputs = 1; map<string, TensorInfo> outputs = 2; }`,
  'Signature',
);

export const readAttribute = messageReader<AttributeMessage>(`${shapes} ${tensors} ${graphs}`, 'Attribute');

export interface BundleHeader {
  readonly num_shards: number;
  /** 1 is big-endian. */
  readonly endianness: number;
}

export const readBundleHeader = messageReader<BundleHeader>(
  'message BundleHeader { int32 num_shards = 1; int32 endianness = 2; }',
  'BundleHeader',
);

export interface BundleEntry {
  readonly dtype: number;
  readonly shape: TensorShape | null;
  readonly shard_id: number;
  readonly offset: Int64;
  readonly size: Int64;
  readonly crc32c: number;
  /** Parts of a variable that was saved in pieces. */
  readonly slices: readonly unknown[];
}

export const readBundleEntry = messageReader<BundleEntry>(
  `${shapes}
  message Slice {}
  message BundleEntry {
    int32 dtype = 1; TensorShape shape = 2; int32 shard_id = 3; int64 offset = 4; int64 size = 5;
    fixed32 crc32c = 6; repeated Slice slices = 7;
  }`,
  'BundleEntry',
);

export interface CheckpointObject {
  readonly children: readonly ObjectReference[];
  readonly attributes: readonly {
    readonly name: string;
    readonly full_name: string;
    readonly checkpoint_key: string;
  }[];
}

export const readObjectGraph = messageReader<{ readonly nodes: readonly CheckpointObject[] }>(
  `message Reference { int32 node_id = 1; string local_name = 2; }
  message SerializedTensor { string name = 1; string full_name = 2; string checkpoint_key = 3; }
  message TrackableObject { repeated Reference children = 1; repeated SerializedTensor attributes = 2; }
  message TrackableObjectGraph { repeated TrackableObject nodes = 1; }`,
  'TrackableObjectGraph',
);

/** Keras 2's description of the objects of a model, beside it in keras_metadata.pb. */
export interface KerasMetadata {
  readonly nodes: readonly {
    readonly node_id: number;
    readonly node_path: string;
    readonly identifier: string;
    /** JSON. */
    readonly metadata: string;
  }[];
}

export const readKerasMetadata = messageReader<KerasMetadata>(
  `message SavedObject { int32 node_id = 2; string node_path = 3; string identifier = 4; string metadata = 5; }
  message SavedMetadata { repeated SavedObject nodes = 1; }`,
  'SavedMetadata',
);
