import type { ApiAddress, ApiClient } from '../../api/client.ts';

/** The client's modules are a good part of what a command loads: only those that call the server wait for them. */
export async function openClient(address: ApiAddress): Promise<ApiClient> {
  const { apiClient } = await import('../../api/client.ts');
  return apiClient(address);
}
