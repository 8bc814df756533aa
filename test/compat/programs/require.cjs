const vitrine = require("vitrine");
const instrumentors = require("vitrine/instrumentors");
const testing = require("vitrine/testing");
const { main } = require("./main.cjs");

void main({ vitrine, testing, instrumentors, load: async (name) => require(name) });
