"""Trains with Keras's model.fit on request: reads a number of images a line, answers images a second a line.

    keras_worker.py NET PIXELS LABELS HEIGHT WIDTH CHANNELS
"""

import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers as L


def block(filters):
    return [x for _ in range(2) for x in (L.Conv2D(filters, 3, padding="same"), L.BatchNormalization(), L.ReLU())]


def pool():
    return [L.MaxPooling2D(), L.Dropout(0.25)]


NETS = {
    "seed": lambda: [
        L.Conv2D(32, 3, activation="relu"),
        L.MaxPooling2D(),
        L.Conv2D(64, 3, activation="relu"),
        L.MaxPooling2D(),
        L.Conv2D(64, 3, activation="relu"),
        L.Flatten(),
        L.Dense(64, activation="relu"),
    ],
    "dense": lambda: [L.Flatten(), L.Dense(512, activation="relu")],
    "cifar": lambda: [*block(32), *pool(), *block(64), *pool(), *block(128), *pool(), L.Flatten()],
}


def main():
    net, pixels, labels, *shape = sys.argv[1:]
    shape = tuple(map(int, shape))
    x = np.fromfile(pixels, np.uint8).reshape((-1, *shape)).astype("float32") / 255
    y = keras.utils.to_categorical(np.fromfile(labels, np.uint8), 10)
    model = keras.Sequential([keras.Input(shape), *NETS[net](), L.Dense(10, activation="softmax")])
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    model.fit(x[:640], y[:640], batch_size=64, verbose=0)
    print("ready", flush=True)
    for line in sys.stdin:
        count = int(line)
        started = time.perf_counter()
        model.fit(x[:count], y[:count], batch_size=64, epochs=1, verbose=0)
        print(count / (time.perf_counter() - started), flush=True)


main()
