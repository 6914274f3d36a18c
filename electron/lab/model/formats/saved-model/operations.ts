/**
 * TensorFlow's operations that a graph of strangers may run: those that compute and do nothing else. Files, processes,
 * Python, queues, tables, printing and loops are not among them, so that a graph ends and touches nothing.
 */
const computing = `
  Abs Acos Acosh Add AddN AddV2 All Any ArgMax ArgMin Asin Asinh Atan Atan2 Atanh AvgPool AvgPool3D BatchMatMul
  BatchMatMulV2 BatchMatMulV3 BatchToSpace BatchToSpaceND BiasAdd BiasAddV1 BroadcastArgs BroadcastTo Cast Ceil
  ClipByValue Concat ConcatV2 Const Conv2D Conv2DBackpropInput Conv3D Cos Cosh Cumprod Cumsum DepthToSpace
  DepthwiseConv2dNative Dilation2D Div DivNoNan Einsum Elu Equal Erf Erfc Exp ExpandDims Expm1 FakeQuantWithMinMaxArgs
  FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel Fill Floor FloorDiv FloorMod FusedBatchNorm
  FusedBatchNormV2 FusedBatchNormV3 Gather GatherNd GatherV2 Greater GreaterEqual InvertPermutation IsFinite IsInf
  IsNan L2Loss LRN LeakyRelu Less LessEqual LinSpace Log Log1p LogSoftmax LogicalAnd LogicalNot LogicalOr MatMul Max
  MaxPool MaxPool3D MaxPoolV2 MaxPoolWithArgmax Maximum Mean Merge Min Minimum MirrorPad Mod Mul MulNoNan Neg NotEqual
  OneHot OnesLike Pack Pad PadV2 Pow Prod Range Rank RealDiv Reciprocal Relu Relu6 Reshape ResizeBicubic ResizeBilinear
  ResizeNearestNeighbor ReverseV2 Round Rsqrt Select SelectV2 Selu Shape ShapeN Sigmoid Sign Sin Sinh Size Slice
  Softmax Softplus Softsign SpaceToBatch SpaceToBatchND SpaceToDepth Split SplitV Sqrt Square SquaredDifference Squeeze
  StridedSlice Sub Sum Switch Tan Tanh Tile TopK TopKV2 Transpose TruncateDiv TruncateMod Unpack Where Xdivy Xlogy
  ZerosLike`
  .trim()
  .split(/\s+/);

const allowed: ReadonlySet<string> = new Set(computing);

export function isAllowed(operation: string): boolean {
  return allowed.has(operation);
}

/** Operations that hand on their first input: they are left out. */
export const handingOn: ReadonlySet<string> = new Set([
  'Identity',
  'StopGradient',
  'PreventGradient',
  'Snapshot',
  'CheckNumerics',
  'EnsureShape',
  'PlaceholderWithDefault',
  'ReadVariableOp',
]);

export const variables: ReadonlySet<string> = new Set(['VarHandleOp', 'VariableV2', 'Variable']);

/** Operations that only measure or rearrange: nothing to look at. */
export const bookkeeping: ReadonlySet<string> = new Set([
  'BroadcastArgs',
  'Cast',
  'Const',
  'ExpandDims',
  'Fill',
  'OnesLike',
  'Pack',
  'Placeholder',
  'Range',
  'Rank',
  'Shape',
  'ShapeN',
  'Size',
  'StridedSlice',
  'Switch',
  'ZerosLike',
]);

/**
 * Outputs by name, as functions' bodies have them, where an operation has several
 * (tensorflow/core/ops/{nn,array,control_flow}_ops.cc). All others have one, which may be a list.
 */
const outputNames: Readonly<Record<string, readonly string[]>> = {
  FusedBatchNorm: ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2'],
  FusedBatchNormV2: ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2'],
  FusedBatchNormV3: [
    'y',
    'batch_mean',
    'batch_variance',
    'reserve_space_1',
    'reserve_space_2',
    'reserve_space_3',
  ],
  MaxPoolWithArgmax: ['output', 'argmax'],
  Merge: ['output', 'value_index'],
  Switch: ['output_false', 'output_true'],
  TopK: ['values', 'indices'],
  TopKV2: ['values', 'indices'],
};

/** The number of the output that a function's body calls `NODE:NAME:INDEX`; `null` where there is none such. */
export function outputIndex(operation: string, name: string, index: number): number | null {
  const names = outputNames[operation];
  if (names === undefined) return index;
  const at = names.indexOf(name);
  return at < 0 || index !== 0 ? null : at;
}
