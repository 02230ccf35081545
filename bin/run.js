#!/usr/bin/env node
// CommonJS, as the bundle is: Node starts it faster than an ES module.
'use strict'

const { join } = require('node:path')
const { start } = require('../dist/kmsctl.cjs')

start(join(__dirname, '..'))
