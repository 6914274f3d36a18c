import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openModel } from '../../../../../../electron/lab/model/open';
import { messageWriter } from '../../../../../../electron/lab/model/formats/protobuf';

const writeSavedModel = messageWriter(
  `message Dim { int64 size = 1; }
  message Shape { repeated Dim dim = 2; }
  message Tensor { int32 dtype = 1; Shape tensor_shape = 2; bytes tensor_content = 4; repeated int32 int_val = 7; }
  message Func { string name = 1; }
  message Attribute { oneof value { int32 type = 6; Shape shape = 7; Tensor tensor = 8; Func func = 10; } }
  message Node { string name = 1; string op = 2; repeated string input = 3; map<string, Attribute> attr = 5; }
  message Argument { string name = 1; int32 type = 3; }
  message Op { string name = 1; repeated Argument input_arg = 2; repeated Argument output_arg = 3; }
  message Function { Op signature = 1; repeated Node node_def = 3; map<string, string> ret = 4; }
  message Library { repeated Function function = 1; }
  message Versions { int32 producer = 1; }
  message Graph { repeated Node node = 1; Library library = 2; Versions versions = 4; }
  message MetaInfo { repeated string tags = 4; }
  message TensorInfo { string name = 1; int32 dtype = 2; Shape tensor_shape = 3; }
  message Signature { map<string, TensorInfo> inputs = 1; map<string, TensorInfo> outputs = 2; }
  message MetaGraph { MetaInfo meta_info_def = 1; Graph graph_def = 2; map<string, Signature> signature_def = 5; }
  message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraph meta_graphs = 2; }`,
  'SavedModel',
);

const float = 1;
const int32 = 3;
const shapeOf = (...sizes: number[]) => ({ dim: sizes.map((size) => ({ size })) });
const image = {
  name: 'x',
  op: 'Placeholder',
  attr: { dtype: { type: float }, shape: { shape: shapeOf(1, 4) } },
};

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function save(file: string, bytes: Uint8Array): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'convscope-test-'));
  folders.push(folder);
  writeFileSync(path.join(folder, file), bytes);
  return folder;
}

/** A SavedModel whose output `y` is computed from its input `x`. */
function savedModel(nodes: readonly object[], functions: readonly object[] = []): string {
  const graph = { node: [image, ...nodes], library: { function: functions }, versions: { producer: 1000 } };
  const info = (name: string) => ({ name: `${name}:0`, dtype: float, tensor_shape: shapeOf(1, 4) });
  const signature = { inputs: { x: info('x') }, outputs: { y: info('y') } };
  const metaGraph = {
    meta_info_def: { tags: ['serve'] },
    graph_def: graph,
    signature_def: { serve: signature },
  };
  return save('saved_model.pb', writeSavedModel({ saved_model_schema_version: 1, meta_graphs: [metaGraph] }));
}

const call = (name: string, of: string, from: string) => ({
  name,
  op: 'StatefulPartitionedCall',
  input: [from],
  attr: { f: { func: { name: of } } },
});

function functionOf(name: string, body: readonly object[], result: string): object {
  const signature = {
    name,
    input_arg: [{ name: 'a', type: float }],
    output_arg: [{ name: 'b', type: float }],
  };
  return { signature, node_def: body, ret: { b: result } };
}

describe('SavedModels that mean harm', () => {
  it('refuses a constant that is small in the file and huge in memory', async () => {
    const tensor = {
      dtype: float,
      tensor_shape: shapeOf(100_000, 1_000_000),
      tensor_content: new Uint8Array(),
    };
    const folder = savedModel([
      { name: 'c', op: 'Const', attr: { dtype: { type: float }, value: { tensor } } },
      { name: 'y', op: 'Add', input: ['x', 'c'], attr: { T: { type: float } } },
    ]);
    await expect(openModel(folder)).rejects.toThrow(/node c its constants need more than 512 MB/);
  });

  it('refuses a size that a constant asks for', async () => {
    const tensor = { dtype: int32, tensor_shape: shapeOf(2), int_val: [100_000, 100_000] };
    const folder = savedModel([
      { name: 'n', op: 'Const', attr: { dtype: { type: int32 }, value: { tensor } } },
      { name: 'y', op: 'Tile', input: ['x', 'n'], attr: { T: { type: float } } },
    ]);
    await expect(openModel(folder)).rejects.toThrow(
      /node y \(Tile\) would make a tensor of 10000000000 values/,
    );
  });

  it('refuses functions that unfold without end', async () => {
    const functions = Array.from({ length: 40 }, (_, depth) => {
      const inner = depth === 39 ? null : `f${depth + 1}`;
      const [one, two] =
        inner === null
          ? [
              { name: 'p', op: 'Relu', input: ['a'] },
              { name: 'q', op: 'Neg', input: ['a'] },
            ]
          : [call('p', inner, 'a'), call('q', inner, 'a')];
      const output = inner === null ? ['p:activations:0', 'q:y:0'] : ['p:output:0', 'q:output:0'];
      return functionOf(`f${depth}`, [one, two, { name: 's', op: 'AddV2', input: output }], 's:z:0');
    });
    await expect(openModel(savedModel([call('y', 'f0', 'x')], functions))).rejects.toThrow(
      /unfolds to more than 50000 nodes/,
    );
  });

  it('refuses a function that calls itself', async () => {
    const folder = savedModel([call('y', 'f', 'x')], [functionOf('f', [call('p', 'f', 'a')], 'p:output:0')]);
    await expect(openModel(folder)).rejects.toThrow(/call each other 64 deep/);
  });

  it('refuses nodes that depend on themselves', async () => {
    const circle = [
      { name: 'y', op: 'Relu', input: ['z'] },
      { name: 'z', op: 'Neg', input: ['y'] },
    ];
    await expect(openModel(savedModel(circle))).rejects.toThrow(/depends on itself/);
    const handedOn = [
      { name: 'y', op: 'Identity', input: ['z'] },
      { name: 'z', op: 'Identity', input: ['y'] },
    ];
    await expect(openModel(savedModel(handedOn))).rejects.toThrow(/refer to each other endlessly/);
  });

  it.each(['ReadFile', 'WriteFile', 'PyFunc', 'While', 'LoadLibrary'])('does not run %s', async (op) => {
    const folder = savedModel([{ name: 'y', op, input: ['x'] }]);
    await expect(openModel(folder)).rejects.toThrow(`the node y is of the operation ${op}, which is not run`);
  });

  it('counts the fields of a file before it believes it', async () => {
    // Two bytes a node: four megabytes would become a gigabyte of objects.
    const nodes = Buffer.alloc(4_400_000);
    for (let at = 0; at < nodes.length; at += 2) nodes[at] = 0x0a;
    const wrapped = [0x12, 0x12].reduce<Buffer>((inner, tag) => {
      const length = [
        inner.length & 127,
        (inner.length >> 7) & 127,
        (inner.length >> 14) & 127,
        inner.length >> 21,
      ];
      const varint = length.map((byte, index) => (index < 3 ? byte | 128 : byte));
      return Buffer.concat([Buffer.from([tag, ...varint]), inner]);
    }, nodes);
    const folder = save('saved_model.pb', Buffer.concat([Buffer.from([0x08, 0x01]), wrapped]));
    await expect(openModel(folder)).rejects.toThrow(
      /saved_model\.pb, its graph, is refused: it holds more than 2000000 fields/,
    );
  });
});

const writeOnnx = messageWriter(
  `message Dimension { int64 dim_value = 1; }
  message Shape { repeated Dimension dim = 1; }
  message TensorType { int32 elem_type = 1; Shape shape = 2; }
  message Type { TensorType tensor_type = 1; }
  message Value { string name = 1; Type type = 2; }
  message Tensor { repeated int64 dims = 1; int32 data_type = 2; repeated int64 int64_data = 7; string name = 8; bytes raw_data = 9; }
  message Attribute { string name = 1; int32 type = 20; Graph g = 6; Tensor t = 5; }
  message Node { repeated string input = 1; repeated string output = 2; string op_type = 4; repeated Attribute attribute = 5; string domain = 7; }
  message Graph { repeated Node node = 1; string name = 2; repeated Tensor initializer = 5; repeated Value input = 11; repeated Value output = 12; }
  message Opset { string domain = 1; int64 version = 2; }
  message Model { int64 ir_version = 1; Graph graph = 7; repeated Opset opset_import = 8; }`,
  'Model',
);

function onnxModel(node: readonly object[], initializer: readonly object[] = []): string {
  const type = { tensor_type: { elem_type: 1, shape: { dim: [{ dim_value: 1 }, { dim_value: 4 }] } } };
  const graph = { name: 'g', node, initializer, input: [{ name: 'x', type }], output: [{ name: 'y', type }] };
  const model = { ir_version: 8, graph, opset_import: [{ domain: '', version: 17 }] };
  return `${save('model.onnx', writeOnnx(model))}/model.onnx`;
}

describe('ONNX models that mean harm', () => {
  it('does not run a loop, which may never end', async () => {
    const body = { name: 'body', node: [{ input: ['i'], output: ['o'], op_type: 'Identity' }] };
    const loop = {
      input: ['', '', 'x'],
      output: ['y'],
      op_type: 'Loop',
      attribute: [{ name: 'body', type: 5, g: body }],
    };
    await expect(openModel(onnxModel([loop]))).rejects.toThrow(/\(Loop\) runs a graph of its own/);
  });

  it('refuses a size that a constant asks for', async () => {
    const sizes = { name: 'n', dims: [2], data_type: 7, int64_data: [100_000, 100_000] };
    const node = { input: ['x', 'n'], output: ['y'], op_type: 'Tile' };
    await expect(openModel(onnxModel([node], [sizes]))).rejects.toThrow(
      /\(Tile\) would make a tensor of 1e\+?10|10000000000/,
    );
  });

  it('refuses weights that do not fill their shape', async () => {
    const weights = { name: 'w', dims: [1_000_000, 1_000_000], data_type: 1, raw_data: new Uint8Array(16) };
    const node = { input: ['x', 'w'], output: ['y'], op_type: 'MatMul' };
    await expect(openModel(onnxModel([node], [weights]))).rejects.toThrow(
      /tensor w: its values do not fill its shape, 1000000 x 1000000/,
    );
  });

  it('does not run operations of strangers', async () => {
    const node = { input: ['x'], output: ['y'], op_type: 'Fetch', domain: 'com.example' };
    await expect(openModel(onnxModel([node]))).rejects.toThrow(
      /com\.example\.Fetch\) is no operation of ONNX/,
    );
  });
});
