import type { Finding } from './finding.ts';
import type { Dependency, Package } from './package.ts';

/** What depending on a package says about a program. */
export type SdkUse = 'agent' | 'tools' | 'model' | 'queue' | 'web';

interface Sdk {
  readonly name: string | RegExp;
  readonly use: SdkUse;
  readonly title: string;
}

/** Packages by which agents, servers of tools, models and workers are known, in any language. */
const sdks: readonly Sdk[] = [
  { name: 'openai', use: 'agent', title: 'OpenAI SDK' },
  { name: '@openai/agents', use: 'agent', title: 'OpenAI Agents SDK' },
  { name: 'openai-agents', use: 'agent', title: 'OpenAI Agents SDK' },
  {
    name: /^(?:@anthropic-ai\/(?:sdk|bedrock-sdk|vertex-sdk)|anthropic)$/,
    use: 'agent',
    title: 'Anthropic SDK',
  },
  { name: /^(?:@anthropic-ai\/claude-agent-sdk|claude-agent-sdk)$/, use: 'agent', title: 'Claude Agent SDK' },
  {
    name: /^(?:@google\/(?:genai|generative-ai|adk)|google-(?:genai|generativeai|adk))$/,
    use: 'agent',
    title: 'Google AI SDK',
  },
  { name: /^(?:@mistralai\/mistralai|mistralai)$/, use: 'agent', title: 'Mistral SDK' },
  {
    name: /^(?:@aws-sdk\/client-bedrock-(?:agent-)?runtime|strands-agents)$/,
    use: 'agent',
    title: 'Amazon Bedrock SDK',
  },
  {
    name: /^(?:cohere|cohere-ai|groq|groq-sdk|ollama|together|together-ai)$/,
    use: 'agent',
    title: 'model SDK',
  },
  { name: /^(?:@langchain\/langgraph|langgraph)$/, use: 'agent', title: 'LangGraph' },
  {
    name: /^(?:langchain(?:-core|-openai|-anthropic|-community)?|@langchain\/(?!langgraph-sdk).+|langchain4j.*)$/,
    use: 'agent',
    title: 'LangChain',
  },
  { name: /^(?:llamaindex|llama-index(?:-core)?|@llamaindex\/.+)$/, use: 'agent', title: 'LlamaIndex' },
  { name: /^(?:ai|@ai-sdk\/.+)$/, use: 'agent', title: 'Vercel AI SDK' },
  {
    name: /^(?:crewai|autogen|autogen-agentchat|ag2|pyautogen)$/,
    use: 'agent',
    title: 'multi-agent framework',
  },
  {
    name: /^(?:pydantic-ai(?:-slim)?|smolagents|haystack-ai|dspy|dspy-ai|semantic-kernel|agno|litellm)$/,
    use: 'agent',
    title: 'agent framework',
  },
  { name: /^(?:@mastra\/core|genkit|@genkit-ai\/.+|spring-ai-.+)$/, use: 'agent', title: 'agent framework' },
  {
    name: /^github\.com\/(?:openai\/openai-go|anthropics\/anthropic-sdk-go|sashabaranov\/go-openai|tmc\/langchaingo)/,
    use: 'agent',
    title: 'model SDK',
  },
  { name: /^(?:async-openai|rig-core)$/, use: 'agent', title: 'model SDK' },
  { name: /^(?:@modelcontextprotocol\/sdk|mcp|fastmcp|mcp-framework|rmcp)$/, use: 'tools', title: 'MCP SDK' },
  {
    name: /^github\.com\/(?:mark3labs\/mcp-go|modelcontextprotocol\/go-sdk)/,
    use: 'tools',
    title: 'MCP SDK',
  },
  {
    name: /^(?:torch|transformers|vllm|onnxruntime|onnxruntime-node|sentence-transformers)$/,
    use: 'model',
    title: 'model runtime',
  },
  {
    name: /^(?:bullmq|bull|bee-queue|agenda|graphile-worker|pg-boss|celery|rq|arq|dramatiq|huey)$/,
    use: 'queue',
    title: 'queue',
  },
  {
    name: /^(?:kafkajs|amqplib|pika|aio-pika|kafka-python|confluent-kafka|aiokafka)$/,
    use: 'queue',
    title: 'message broker client',
  },
  {
    name: /^(?:express|fastify|koa|hono|@hono\/node-server|@nestjs\/core|next|restify|polka)$/,
    use: 'web',
    title: 'web framework',
  },
  {
    name: /^(?:fastapi|flask|django|starlette|litestar|quart|aiohttp|sanic|uvicorn|gunicorn)$/,
    use: 'web',
    title: 'web framework',
  },
  {
    name: /^(?:axum|actix-web|rocket|warp|spring-boot-starter-web|github\.com\/(?:gin-gonic\/gin|labstack\/echo.*|gofiber\/fiber.*))$/,
    use: 'web',
    title: 'web framework',
  },
];

export interface FoundSdk {
  readonly use: SdkUse;
  readonly title: string;
  readonly dependency: Dependency;
}

export function sdksOf({ dependencies }: Package): readonly FoundSdk[] {
  return dependencies.flatMap((dependency) => {
    const sdk = sdks.find(({ name }) =>
      typeof name === 'string' ? name === dependency.name : name.test(dependency.name),
    );
    return sdk === undefined ? [] : [{ use: sdk.use, title: sdk.title, dependency }];
  });
}

export function sdkFindings(found: Package): readonly Finding[] {
  return sdksOf(found)
    .filter(({ use }) => use === 'agent' || use === 'tools')
    .map(({ title, dependency: { name, at } }): Finding => ({
      kind: 'agent',
      what: `${title} (\`${name}\`)`,
      at,
      sure: 'certain',
    }));
}
