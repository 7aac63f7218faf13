package fakegithub

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAProposalEndsInGitItself(t *testing.T) {
	server, client := newServer(t)
	commit := client.open("efgen/production")
	assert.Equal(t, commit, server.store.must("rev-parse", "refs/heads/efgen/production"))
	assert.Equal(t, "a: 1", server.store.must("show", commit+":a/efgen/production.yaml"))
	assert.Equal(t, "# Deploy", server.store.must("show", commit+":README.md"), "a base tree keeps what is not mentioned")
	assert.Empty(t, server.store.must("fsck", "--strict"))
	assert.Equal(t, server.Files(commit), server.Files("refs/heads/efgen/production"))
}
