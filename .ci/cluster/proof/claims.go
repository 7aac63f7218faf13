package proof

// Claims are all that has to be proved, in the order of the table.
var Claims = []string{
	"the API server takes every manifest, twice",
	"the API server refuses what is planted",
	"Pod Security is enforced",
	"rights are those of the sample, cluster-wide",
	"rights are those of the sample, in one namespace",
	"the API server refuses what review calls refused, and nothing else",
	"all pods of production become Ready",
	"another configuration restarts the pods",
	"one more application restarts no pod of another",
	"every name that a reverse look-up answers is trusted by the pod's peers, and by nobody else",
	"a fault in trusted hosts shows in a reverse look-up",
	"kubectl kustomize builds what is listed",
	"mistakes get no further than efgen pr",
	"Flux applies what is merged and prunes what is dropped",
	"Flux keeps the nodes that are handed over to an autoscaler, and stops others",
	"Flux spares a namespace that is forgotten",
	"Argo CD applies what is merged and prunes what is dropped",
	"Argo CD keeps the nodes that are handed over to an autoscaler, and stops others",
	"Argo CD spares a namespace that is forgotten",
}
