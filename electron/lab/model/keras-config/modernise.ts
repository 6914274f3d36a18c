/** A layer's class and configuration as today's Keras writes them. */
export interface ModernLayer {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const classNames: Readonly<Record<string, string>> = {
  Convolution1D: 'Conv1D',
  Convolution2D: 'Conv2D',
  Convolution3D: 'Conv3D',
  AtrousConvolution2D: 'Conv2D',
  Deconvolution2D: 'Conv2DTranspose',
  Convolution2DTranspose: 'Conv2DTranspose',
  SeparableConvolution2D: 'SeparableConv2D',
  DepthwiseConvolution2D: 'DepthwiseConv2D',
  BatchNormalizationV1: 'BatchNormalization',
  BatchNormalizationV2: 'BatchNormalization',
  SyncBatchNormalization: 'BatchNormalization',
  GlobalAvgPool2D: 'GlobalAveragePooling2D',
  GlobalMaxPool2D: 'GlobalMaxPooling2D',
  GlobalAvgPool1D: 'GlobalAveragePooling1D',
  GlobalMaxPool1D: 'GlobalMaxPooling1D',
  AvgPool2D: 'AveragePooling2D',
  MaxPool2D: 'MaxPooling2D',
  MaxPool1D: 'MaxPooling1D',
  AvgPool1D: 'AveragePooling1D',
};

/** Keras 1's names of fields, by what they are called since Keras 2 (keras/legacy/interfaces.py of Keras 2). */
const fieldNames: Readonly<Record<string, string>> = {
  nb_filter: 'filters',
  subsample: 'strides',
  border_mode: 'padding',
  dim_ordering: 'data_format',
  bias: 'use_bias',
  init: 'kernel_initializer',
  W_regularizer: 'kernel_regularizer',
  b_regularizer: 'bias_regularizer',
  W_constraint: 'kernel_constraint',
  b_constraint: 'bias_constraint',
  output_dim: 'units',
  p: 'rate',
  pool_length: 'pool_size',
  stride: 'strides',
  atrous_rate: 'dilation_rate',
  batch_shape: 'batch_input_shape',
  sigma: 'stddev',
};

const dataFormats: Readonly<Record<string, string>> = { th: 'channels_first', tf: 'channels_last' };

/** How Keras 1's `Merge` combines, as the layers that replaced it. */
const mergeModes: Readonly<Record<string, string>> = {
  sum: 'Add',
  mul: 'Multiply',
  ave: 'Average',
  max: 'Maximum',
  concat: 'Concatenate',
  dot: 'Dot',
};

/** Translates classes and fields of older Keras; what is current stays as it is. */
export function modernise(className: string, config: Readonly<Record<string, unknown>>): ModernLayer {
  const modern: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(config)) {
    const name = Object.hasOwn(fieldNames, field) ? (fieldNames[field] as string) : field;
    // A file that has both means the new one.
    if (name === field || !(name in config)) modern[name] = value;
  }
  if (className === 'Embedding' && 'units' in modern) modern['output_dim'] = modern['units'];
  joinKernelSize(className, modern);
  if (typeof modern['data_format'] === 'string') {
    modern['data_format'] = dataFormats[modern['data_format']] ?? modern['data_format'];
  }
  return { className: modernClass(className, modern), config: modern };
}

function joinKernelSize(className: string, config: Record<string, unknown>): void {
  if ('kernel_size' in config) return;
  const { nb_row: rows, nb_col: columns, kernel_dim1: depth } = config;
  if (rows !== undefined && columns !== undefined) config['kernel_size'] = [rows, columns];
  else if (depth !== undefined) config['kernel_size'] = [depth, config['kernel_dim2'], config['kernel_dim3']];
  else if (className === 'Convolution1D' && 'filter_length' in config) {
    config['kernel_size'] = [config['filter_length']];
  }
}

function modernClass(className: string, config: Record<string, unknown>): string {
  if (className !== 'Merge')
    return Object.hasOwn(classNames, className) ? (classNames[className] as string) : className;
  const mode = config['mode'];
  if (typeof mode !== 'string' || !Object.hasOwn(mergeModes, mode)) return className;
  if (mode === 'concat') config['axis'] = config['concat_axis'];
  if (mode === 'dot') config['axes'] = config['dot_axes'];
  return mergeModes[mode] as string;
}
