"""Draws what the 160 filters of the textbook's convolutions look for, on request: reads a line, answers seconds.

    keras_worker.py LOOP STEPS

LOOP is `one-eager` (one filter at a time, as Deep Learning with Python shows it: a GradientTape, the gradient
normalised; every tenth filter is drawn and its time counted ten times, as all would take minutes), `one-function` (the same with the step as a tf.function that is traced once a layer), `batched` (all
filters of a layer side by side, as a tf.function that was traced before), or `batched-new` (the same with the tracing,
as it is for a network's first pictures).
"""

import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import tensorflow as tf
from keras import layers as L

LEARNING_RATE = 10.0


def network():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            L.Conv2D(32, 3, activation="relu"),
            L.MaxPooling2D(),
            L.Conv2D(64, 3, activation="relu"),
            L.MaxPooling2D(),
            L.Conv2D(64, 3, activation="relu"),
            L.Flatten(),
            L.Dense(64, activation="relu"),
            L.Dense(10, activation="softmax"),
        ]
    )


def start(count):
    return 0.4 + 0.2 * tf.random.uniform((count, 28, 28, 1), seed=0)


def single_step(extractor):
    def step(image, index):
        with tf.GradientTape() as tape:
            tape.watch(image)
            loss = tf.reduce_mean(extractor(image)[..., index])
        gradient = tf.math.l2_normalize(tape.gradient(loss, image))
        return tf.clip_by_value(image + LEARNING_RATE * gradient, 0, 1)

    return step


def batched_step(extractor):
    def step(images, chosen):
        with tf.GradientTape() as tape:
            tape.watch(images)
            loss = tf.reduce_sum(tf.reduce_mean(extractor(images), axis=(1, 2)) * chosen)
        gradient = tf.math.l2_normalize(tape.gradient(loss, images), axis=(1, 2, 3))
        return tf.clip_by_value(images + LEARNING_RATE * gradient, 0, 1)

    return step


def main():
    loop, steps = sys.argv[1], int(sys.argv[2])
    model = network()
    layers = [layer for layer in model.layers if isinstance(layer, L.Conv2D)]
    batched = loop.startswith("batched")

    def prepare():
        jobs = []
        for layer in layers:
            extractor = keras.Model(model.inputs, layer.output)
            step = batched_step(extractor) if batched else single_step(extractor)
            jobs.append((layer.filters, step if loop == "one-eager" else tf.function(step)))
        return jobs

    jobs = prepare()

    def draw(most, every):
        for filters, step in prepare() if loop == "batched-new" else jobs:
            wanted = range(0, min(filters, most), every)
            if batched:
                images, chosen = start(filters), tf.eye(filters)
                for _ in range(steps):
                    images = step(images, chosen)
                images.numpy()
                continue
            for index in wanted:
                image = start(1)
                which = index if loop == "one-eager" else tf.constant(index)
                for _ in range(steps):
                    image = step(image, which)
                image.numpy()

    draw(2, 1)
    every = 10 if loop == "one-eager" else 1
    drawn = sum(len(range(0, filters, every)) for filters, _ in jobs)
    share = drawn / sum(filters for filters, _ in jobs)
    print("ready", flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        draw(1000, every)
        print((time.perf_counter() - started) / (1 if batched else share), flush=True)


main()
