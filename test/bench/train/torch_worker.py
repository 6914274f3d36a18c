"""Trains with eager PyTorch on request: reads a number of images a line, answers images a second a line.

    torch_worker.py NET PIXELS LABELS HEIGHT WIDTH CHANNELS
"""

import sys
import time

import numpy as np
import torch
from torch import nn


def block(inputs, filters):
    layers = []
    for source in (inputs, filters):
        layers += [nn.Conv2d(source, filters, 3, padding=1), nn.BatchNorm2d(filters), nn.ReLU()]
    return layers


def pool():
    return [nn.MaxPool2d(2), nn.Dropout(0.25)]


NETS = {
    "seed": lambda: [
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(576, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    ],
    "dense": lambda: [nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10)],
    "cifar": lambda: [
        *block(3, 32),
        *pool(),
        *block(32, 64),
        *pool(),
        *block(64, 128),
        *pool(),
        nn.Flatten(),
        nn.Linear(2048, 10),
    ],
}


def main():
    net, pixels, labels, height, width, channels = sys.argv[1:]
    shape = (-1, int(height), int(width), int(channels))
    x = torch.from_numpy(np.fromfile(pixels, np.uint8).reshape(shape).transpose(0, 3, 1, 2).astype("float32") / 255)
    y = torch.from_numpy(np.fromfile(labels, np.uint8).astype("int64"))
    # Channels last is the faster of the two layouts for convolutions on a CPU.
    layout = torch.contiguous_format if net == "dense" else torch.channels_last
    model = nn.Sequential(*NETS[net]()).to(memory_format=layout)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3, alpha=0.9, eps=1e-7)
    loss_of = nn.CrossEntropyLoss()

    def train(count):
        order = torch.randperm(count)
        total = 0.0
        for start in range(0, count, 64):
            index = order[start : start + 64]
            optimizer.zero_grad()
            output = model(x[index].contiguous(memory_format=layout))
            loss = loss_of(output, y[index])
            loss.backward()
            optimizer.step()
            total += loss.item()
        return total

    train(640)
    print("ready", flush=True)
    for line in sys.stdin:
        count = int(line)
        started = time.perf_counter()
        train(count)
        print(count / (time.perf_counter() - started), flush=True)


main()
